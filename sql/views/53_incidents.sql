-- When a provider was in trouble: runs of hours in which at least a tenth of its attempts failed (and at least five), or failovers left it.
with hours as (
    select
        attempts.provider,
        calendar.hour,
        sum(attempts) filter (outcome <> 'skipped') as attempts,
        sum_if(attempts, outcome not in ('ok', 'skipped')) as failed_attempts,
        sum_if(attempts, outcome = 'skipped') as skipped,
        sum_if(attempts.latency_ms, outcome not in ('ok', 'skipped')) / 60000 as failed_minutes,
        sum_if(attempts.cost_usd, outcome not in ('ok', 'skipped')) as failed_cost_usd
    from cubes.attempts
    join calendar using (slot_us)
    where in_period
    group by attempts.provider, calendar.hour
), dearer as (
    select from_provider as provider, hour, sum(cast(extra_usd as decimal(38, 12))) as extra_usd
    from fallback_costs
    where in_period
    group by from_provider, hour
), bad as (
    select hours.*, dearer.extra_usd, hour - to_hours(cast(row_number() over (partition by provider order by hour) as integer)) as run
    from hours
    left join dearer using (provider, hour)
    where failed_attempts + skipped >= 5 and failed_attempts + skipped >= 0.1 * (coalesce(attempts, 0) + skipped)
)
select
    provider,
    min(hour) as started_at,
    max(hour) + interval 1 hour as ended_at,
    count(*) as hours,
    cast(sum(failed_attempts) as bigint) as failed_attempts,
    cast(sum(skipped) as bigint) as requests_rerouted,
    sum(failed_minutes) as failed_minutes,
    cast(sum(failed_cost_usd) + coalesce(sum(extra_usd), 0) as double) as cost_usd
from bad
group by provider, run
order by sum(failed_attempts) + sum(skipped) desc, started_at, provider
