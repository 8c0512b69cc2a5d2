-- Attempts of requests that met one that failed, of all ids: for so many new rows that their ids had better not be held in memory.
select epoch_us, request_id, attempt, provider, model, outcome, error_type, latency_ms, tokens, cost_usd
from attempts_clean
where epoch_us < $until_us and request_id in (
    select request_id
    from attempts_clean
    where epoch_us < $until_us and outcome <> 'ok' and request_id is not null
)
