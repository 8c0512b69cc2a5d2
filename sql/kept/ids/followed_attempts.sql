-- Attempts with what a request is followed by over its attempts.
select
    $part::bigint as part, id_hash(request_id) as id_hash, epoch_us, request_id, attempt, provider, model, outcome, error_type,
    latency_ms, tokens, cost_usd
from attempts_clean
where epoch_us is not null
