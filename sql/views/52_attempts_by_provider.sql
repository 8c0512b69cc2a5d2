-- How reliable each provider is: attempts, failed attempts and their share, and the time and money failed attempts took.
select
    provider,
    cast(coalesce(sum(attempts) filter (outcome <> 'skipped'), 0) as bigint) as attempts,
    cast(coalesce(sum(attempts) filter (outcome not in ('ok', 'skipped')), 0) as bigint) as failed_attempts,
    coalesce(sum(attempts) filter (outcome not in ('ok', 'skipped')), 0)
        / nullif(sum(attempts) filter (outcome <> 'skipped'), 0) as failure_rate,
    coalesce(sum(tries_by_target.latency_ms) filter (outcome not in ('ok', 'skipped')), 0) / 60000 as failed_minutes,
    coalesce(sum(tries_by_target.cost_usd) filter (outcome not in ('ok', 'skipped')), 0) as failed_cost_usd
from tries_by_target
join calendar using (slot_us)
where in_period
group by provider
order by failed_attempts desc, provider
