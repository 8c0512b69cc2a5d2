-- What everybody and each name that can matter spent in each hour, and what was usual: the usual spend of the day, spread over its hours as on the same weekday in the eight weeks before, each hour's highest left out.
-- A name can matter if a day of it in the period is 5 % of everybody's level. An hour without any request, in which five are
-- usual, may not be recorded: it is not judged.
with period_days as (
    select min(day) as first_day from calendar where in_period
), names as (
    select distinct named.series
    from usual_days as named
    join usual_days as everybody on everybody.series.dimension = 'total' and everybody.day = named.day
    cross join period_days
    where named.day >= first_day
        and (named.series.dimension = 'total' or greatest(named.usd, named.usual_usd) >= 0.05 * everybody.level_usd)
), recorded as (
    select day, hour, coalesce(sum(requests) filter (divided_by = 'model'), 0) as requests
    from history_calendar
    left join cubes.rhythm using (slot_us)
    where is_recorded
    group by day, hour
), hours as (
    select
        recorded.*,
        requests > 0 or coalesce(avg(requests) over (
            partition by isodow(day), hour(hour) order by day range between interval 56 days preceding and interval 7 days preceding
        ), 0) < 5 as is_judged
    from recorded
), covered as (
    -- Which rows of the cube each name is made of.
    select names.series, parts.*
    from names
    join (select distinct divided_by, provider, model, team from cubes.rhythm) as parts
        on parts.divided_by = case when names.series.dimension = 'team' then 'team' else 'model' end
        and case names.series.dimension
            when 'provider' then parts.provider = names.series.provider
            when 'model' then parts.provider = names.series.provider and parts.model = names.series.model
            when 'team' then parts.team is not distinct from names.series.team
            else true
        end
), named as (
    select
        covered.series,
        hour,
        sum(cost_usd) as cost_usd,
        sum(requests - unpriced_requests) as requests,
        sum(failed_requests) as failed_requests,
        coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0) as tokens,
        sum(input_tokens) as input_tokens,
        sum(cache_read_input_tokens) as cached_tokens
    from cubes.rhythm as spent
    join history_calendar using (slot_us)
    join covered
        on covered.divided_by = spent.divided_by
        and covered.provider is not distinct from spent.provider
        and covered.model is not distinct from spent.model
        and covered.team is not distinct from spent.team
    where day >= (select first_day - 120 from period_days)
    group by covered.series, hour
), grid as (
    select
        names.series, usual_days.day, usual_days.weekday, hours.hour, hours.is_judged,
        usual_days.usual_usd as usual_day_usd, usual_days.is_new,
        cast(coalesce(named.cost_usd, 0) as decimal(38, 12)) as cost_usd,
        coalesce(named.requests, 0) as requests, coalesce(named.failed_requests, 0) as failed_requests,
        coalesce(named.tokens, 0) as tokens, named.input_tokens, named.cached_tokens
    from names
    join usual_days on usual_days.series = names.series
    join hours on hours.day = usual_days.day
    cross join period_days
    left join named on named.series = names.series and named.hour = hours.hour
    where usual_days.day >= period_days.first_day - 120
), weighed as (
    select
        *,
        sum(cost_usd) over same_hours - case when count(*) over same_hours >= 3 then max(cost_usd) over same_hours else 0 end
            as weight
    from grid
    window same_hours as (
        partition by series, weekday, hour(hour) order by day range between interval 56 days preceding and interval 7 days preceding
    )
)
select
    * exclude (cost_usd, weight),
    cost_usd as usd,
    -- To twelve digits, so that sums are the same in any order.
    cast(usual_day_usd * coalesce(
        cast(weight as double) / nullif(cast(sum(weight) over (partition by series, day) as double), 0), 1.0 / 24
    ) as decimal(38, 12)) as usual_usd
from weighed
