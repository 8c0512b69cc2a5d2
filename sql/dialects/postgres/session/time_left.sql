-- How long the next statement may take, in milliseconds.
select set_config('statement_timeout', $left_ms :: text, true)
