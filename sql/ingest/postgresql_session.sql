-- How PostgreSQL is to answer within this transaction: moments in UTC, numbers to the last digit, tables of one schema.
select
    set_config('TimeZone', 'UTC', true),
    set_config('extra_float_digits', '3', true),
    set_config('search_path', coalesce($schema :: text, current_setting('search_path')), true)
