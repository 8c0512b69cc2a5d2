-- Single hours, four hours in a row and whole days beside what was usual for them: how strange, and how much of everybody's level.
-- A surprise is the difference of the roots of spend and of what was usual: its spread does not grow with spend. Strangeness is the
-- surprise over its spread: the 90 % quantile of the largest surprises of the days of eight weeks that ended a week before,
-- over what that quantile is for a standard normal distribution (1.645 of one; 2.85 of 24, 2.6 of 24 that overlap), without the days on
-- which the level was changing; at least as much in proportion to the root of the level as then (if prices rise, noise rises with them);
-- at least that of everybody, and a hundredth of the root of everybody's level. A day must have seven such days before it.
with judged as (
    select * from usual_hours where is_judged and usual_usd is not null
), windows as (
    select 'hour' as scale, series, day, hour as began_at, hour + interval 1 hour as ended_at, is_new, usd, usual_usd
    from judged
    union all
    select 'four hours', series, day, hour, hour + interval 4 hours, is_new, sum(usd) over next, sum(usual_usd) over next
    from judged
    window next as (partition by series order by hour range between current row and interval 3 hours following)
    union all
    select
        'day', series, day, cast(day as timestamp), cast(day + interval 1 day as timestamp), bool_or(is_new), sum(usd), sum(usual_usd)
    from judged
    group by series, day
), surprises as (
    select *, sqrt(cast(usd as double)) - sqrt(cast(usual_usd as double)) as surprise from windows
), largest as (
    select
        scale, series, surprises.day, level_usd,
        case when changing.day is null then max(abs(surprise)) end as surprise
    from surprises
    join usual_days using (series, day)
    left join changing_days as changing using (series, day)
    where not surprises.is_new
    group by scale, series, surprises.day, level_usd, changing.day
), spreads as (
    select
        scale, series, day,
        greatest(
            quantile_cont(surprise, 0.9) over eight_weeks,
            quantile_cont(surprise / sqrt(nullif(level_usd, 0)), 0.9) over eight_weeks * sqrt(level_usd)
        ) / case scale when 'day' then 1.645 when 'hour' then 2.85 else 2.6 end as spread,
        count(surprise) over eight_weeks as days
    from largest
    window eight_weeks as (
        partition by scale, series order by day range between interval 62 days preceding and interval 7 days preceding
    )
), measured as (
    select
        surprises.*,
        everybody.level_usd as everybodys_level_usd,
        case when spreads.days >= 7
            then greatest(spreads.spread, of_everybody.spread, sqrt(everybody.level_usd) / 100) end as spread
    from surprises
    left join spreads on spreads.scale = surprises.scale and spreads.series = surprises.series and spreads.day = surprises.day
    left join spreads as of_everybody
        on of_everybody.series.dimension = 'total' and of_everybody.scale = surprises.scale and of_everybody.day = surprises.day
    join usual_days as everybody on everybody.series.dimension = 'total' and everybody.day = surprises.day
)
select
    *,
    day >= (select min(day) from calendar where in_period) as in_period,
    surprise / nullif(spread, 0) as strangeness,
    cast(usd - usual_usd as double) / nullif(everybodys_level_usd, 0) as level_share
from measured
