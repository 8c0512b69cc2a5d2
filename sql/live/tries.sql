-- Tries at providers as the live page counts them: without those that the router gave up or left out on purpose.
create temporary view every_try as
select
    timestamp,
    epoch_us(timestamp) as epoch_us,
    request_id,
    attempt,
    coalesce(nullif(trim(provider), ''), 'not recorded') as provider,
    coalesce(nullif(trim(model), ''), 'not recorded') as model,
    outcome,
    case when outcome = 'skipped' then 'kept away after failures' else coalesce(nullif(trim(error_type), ''), 'not recorded') end
        as reason,
    case when latency_ms >= 0 and latency_ms < 1e12 then latency_ms end as latency_ms
from attempts
where coalesce(error_type, '') not in ('hedged', 'at_limit', 'over_budget')
