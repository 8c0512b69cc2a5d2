-- Days on which the level of a name was changing: seven recorded days in a row or more on one side of what was usual, by over a quarter of it, or 5 % of everybody's level if that is less.
-- They tell nothing about how much spend varies at a level. By two weeks after the first of them the level has turned; what goes on for longer is a trend.
-- The weekday's usual part keeps them: it is a median of eight, and bears two that are odd.
-- A day is known to be one of them six days later, and windows that leave them out end seven days before the day that is judged.
with sides as (
    select
        named.series, day,
        case
            when abs(named.usd - named.usual_usd) > least(0.25 * named.usual_usd, 0.05 * everybody.level_usd)
            then sign(named.usd - named.usual_usd)
            else 0
        end as side
    from usual_days as named
    join (select day, level_usd from usual_days where series.dimension = 'total') as everybody using (day)
    where not is_new and named.usual_usd is not null
), numbered as (
    select
        *,
        row_number() over (partition by series order by day) - row_number() over (partition by series, side order by day) as run
    from sides
), placed as (
    select
        series, day, side,
        row_number() over (partition by series, side, run order by day) as place,
        count(*) over (partition by series, side, run) as days
    from numbered
)
select series, day from placed where side <> 0 and days >= 7 and place <= 14
