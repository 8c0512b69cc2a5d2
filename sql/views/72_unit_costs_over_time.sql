-- What a thousand requests and a million tokens cost over time: in all, and by team, model and environment, the seven of each with the most spend.
-- By month over the months behind the report, by week if these have at most 92 days. A stretch in which nothing is recorded has no row.
with days as (
    select distinct
        day_us,
        cast(date_trunc(case when count(distinct day) over () <= 92 then 'week' else 'month' end, day) as date) as bucket
    from history_calendar
), dated as (
    select bucket, history.* from cubes.history join days using (day_us)
), named as (
    select *, 'all' as divided_by, null as owner, null as name from dated
    union all by name
    select *, 'team' as divided_by, null as owner, team as name from dated
    union all by name
    select *, 'model' as divided_by, provider as owner, model as name from dated
    union all by name
    select *, 'environment' as divided_by, null as owner, environment as name from dated
), ranked as (
    select
        divided_by, owner, name,
        row_number() over (
            partition by divided_by order by sum(cost_usd) desc nulls last, sum(requests) desc, owner, name
        ) as rank,
        divided_by = 'all' or bool_or(coalesce(name, 'not recorded') <> 'not recorded') over (partition by divided_by) as is_recorded
    from named
    group by divided_by, owner, name
)
select
    named.bucket, named.divided_by, named.owner as provider, named.name,
    sum(requests) as requests,
    known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
    sum(unpriced_requests) as unpriced_requests,
    thousandfold(sum(cost_usd), sum(priced_requests)) as cost_per_thousand_requests_usd,
    millionfold(sum(cost_usd), sum(priced_tokens)) as cost_per_million_tokens_usd
from named
join ranked
    on ranked.divided_by = named.divided_by and ranked.owner is not distinct from named.owner
        and ranked.name is not distinct from named.name
where ranked.is_recorded and ranked.rank <= 7
group by named.bucket, named.divided_by, named.owner, named.name, ranked.rank
order by array_position(['all', 'team', 'model', 'environment'], named.divided_by), ranked.rank, named.bucket
