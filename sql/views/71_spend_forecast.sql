-- What the forecast of the month is made from: spend by day, of all, and of the eight providers and teams that cost most lately.
-- A team that is not recorded is 'not attributed'. Days without requests have no row.
with recent as (
    select max(day) - 62 as since from history_calendar where is_recorded
), divided as (
    select
        case when grouping(provider) = 0 then 'provider' when grouping(team) = 0 then 'team' else 'all' end as divided_by,
        case
            when grouping(provider) = 0 then provider
            when grouping(team) = 0 then coalesce(team, 'not attributed')
            else 'all'
        end as name,
        day,
        cast(sum(requests) as bigint) as requests,
        known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd,
        cast(sum(unpriced_requests) as bigint) as unpriced_requests
    from cubes.history
    join (select distinct day, day_us from history_calendar) days using (day_us)
    group by grouping sets ((day), (day, provider), (day, team))
), ranked as (
    select
        divided_by, name,
        row_number() over (
            partition by divided_by
            order by sum(cost_usd) filter (day >= since) desc nulls last, sum(requests) desc, name
        ) as place
    from divided, recent
    group by divided_by, name
)
select divided_by, name, day, requests, cost_usd, unpriced_requests
from divided
join ranked using (divided_by, name)
where place <= 8
order by divided_by, place, day
