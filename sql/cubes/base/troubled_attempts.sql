-- All attempts of requests that met one that failed or was skipped: read once, for the cubes that follow a request over its attempts.
select epoch_us, request_id, attempt, provider, model, outcome, error_type, latency_ms, tokens, cost_usd
from attempts_clean
where epoch_us >= $from_us and epoch_us < $until_us
    and request_id in (select request_id from troubled_ids)
