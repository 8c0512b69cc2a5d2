-- How PostgreSQL is to answer within this transaction: moments in UTC, numbers to the last digit, within its time.
-- It takes what reads many rows for a few if a table has no statistics yet, or a condition is worked out: so rows are joined by hashes, not one by one.
select
    set_config('TimeZone', 'UTC', true),
    set_config('DateStyle', 'ISO', true),
    set_config('extra_float_digits', '3', true),
    set_config('search_path', coalesce($schema :: text, current_setting('search_path')), true),
    set_config('lock_timeout', $lock_timeout_ms :: text, true),
    set_config('jit', 'off', true),
    set_config('enable_nestloop', 'off', true),
    set_config('enable_mergejoin', 'off', true)
