-- Guardrail decisions in each day, week or month of the period, by what was done; a bucket without any has one row of none.
select
    buckets.bucket,
    action,
    coalesce(decisions, 0) as decisions
from (select distinct bucket from calendar where in_period) as buckets
left join (
    select bucket, action, cast(sum(decisions) as bigint) as decisions
    from cubes.guardrail_decisions
    join calendar using (slot_us)
    where in_period
    group by bucket, action
) as decided using (bucket)
order by buckets.bucket, action
