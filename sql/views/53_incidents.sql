-- When a provider was in trouble: runs of hours in which at least a tenth of its attempts failed (and at least five), or failovers left it.
-- Hours follow each other in UTC, also when clocks change; beginning and end are given as clocks showed them.
with hours as (
    select
        attempts.provider,
        calendar.hour_us,
        max(calendar.utc_offset_us) as utc_offset_us,
        sum(attempts) filter (outcome <> 'skipped') as attempts,
        sum_if(attempts, outcome not in ('ok', 'skipped')) as failed_attempts,
        sum_if(attempts, outcome = 'skipped') as skipped,
        sum_if(attempts.latency_ms, outcome not in ('ok', 'skipped')) / 60000 as failed_minutes,
        sum_if(attempts.cost_usd, outcome not in ('ok', 'skipped')) as failed_cost_usd,
        sum_if(unpriced_attempts, outcome not in ('ok', 'skipped')) as unpriced_failed_attempts
    from cubes.attempts
    join calendar using (slot_us)
    where in_period
    group by attempts.provider, calendar.hour_us
), dearer as (
    select from_provider as provider, hour_us, sum(cast(extra_usd as decimal(38, 12))) as extra_usd
    from fallback_costs
    where in_period
    group by from_provider, hour_us
), bad as (
    select
        hours.*, dearer.extra_usd,
        hour_us - lag(hour_us) over (partition by provider order by hour_us) <= 3600000000 as goes_on
    from hours
    left join dearer using (provider, hour_us)
    where failed_attempts + skipped >= 5 and failed_attempts + skipped >= 0.1 * (coalesce(attempts, 0) + skipped)
), runs as (
    select *, count(*) filter (goes_on is not true) over (partition by provider order by hour_us) as run
    from bad
)
select
    provider,
    make_timestamp(min(hour_us) + arg_min(utc_offset_us, hour_us)) as started_at,
    make_timestamp(max(hour_us) + arg_max(utc_offset_us, hour_us)) + interval 1 hour as ended_at,
    count(*) as hours,
    cast(sum(failed_attempts) as bigint) as failed_attempts,
    cast(sum(skipped) as bigint) as requests_rerouted,
    sum(failed_minutes) as failed_minutes,
    cast(sum(failed_cost_usd) + coalesce(sum(extra_usd), 0) as double) as cost_usd,
    cast(sum(unpriced_failed_attempts) as bigint) as unpriced_failed_attempts
from runs
group by provider, run
order by sum(failed_attempts) + sum(skipped) desc, started_at, provider
