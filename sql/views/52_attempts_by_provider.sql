-- How reliable each provider is: attempts, failed attempts and their share, and the time and money failed attempts took, with those whose cost is unknown.
select
    provider,
    cast(sum_if(attempts, outcome <> 'skipped') as bigint) as attempts,
    cast(sum_if(attempts, outcome not in ('ok', 'skipped')) as bigint) as failed_attempts,
    sum_if(attempts, outcome not in ('ok', 'skipped'))
        / nullif(sum(attempts) filter (outcome <> 'skipped'), 0) as failure_rate,
    sum_if(attempts.latency_ms, outcome not in ('ok', 'skipped')) / 60000 as failed_minutes,
    sum_if(attempts.cost_usd, outcome not in ('ok', 'skipped')) as failed_cost_usd,
    cast(sum_if(unpriced_attempts, outcome not in ('ok', 'skipped')) as bigint) as unpriced_failed_attempts
from cubes.attempts
join calendar using (slot_us)
where in_period
group by provider
order by failed_attempts desc, provider
