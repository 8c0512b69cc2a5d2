-- How this transaction is to work: by UTC, as text that any server means alike, and safe from a power cut when it is over.
-- A lock is waited for as long as told; a statement ends after ten minutes, and so does a loader that was stopped.
select
    set_config('timezone', 'UTC', true),
    set_config('datestyle', 'ISO, YMD', true),
    set_config('extra_float_digits', '1', true),
    set_config('client_min_messages', 'warning', true),
    set_config('lock_timeout', $lock_ms::text, true),
    set_config('statement_timeout', '600000', true),
    set_config('idle_in_transaction_session_timeout', '600000', true),
    set_config(
        'synchronous_commit',
        case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end,
        true
    )
