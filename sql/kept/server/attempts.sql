-- Attempts of requests that met one that failed, of ids that stand in rows from a moment on: what a request is followed by.
select epoch_us, request_id, attempt, provider, model, outcome, error_type, latency_ms, tokens, cost_usd
from attempts_clean
where epoch_us < $until_us and request_id in (
    select request_id
    from attempts_clean
    where epoch_us < $until_us and outcome <> 'ok' and request_id in (
        select request_id
        from attempts_clean
        where epoch_us >= $new_from_us and epoch_us < $until_us
    )
)
