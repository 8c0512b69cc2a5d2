-- Stretches of time in which the spend of a name was strange: runs of strange hours and days.
-- Strange is from 4.5 on if it is 5 % of everybody's level in money, and each day of a new name that is as much; a day carries a run on from 2.5.
-- A run ends if nothing was strange for two days, and reaches from its first to its last strange window. It is given in hours if at
-- most eight of them hold two thirds of it (from the first to the last that has a fifth of the largest), else in days.
with flagged as (
    select
        *,
        sign(level_share) as direction,
        is_new or abs(strangeness) >= 4.5 as is_strong
    from unlike_windows
    where in_period and abs(level_share) >= 0.05
        and case when is_new then scale = 'day' else abs(strangeness) >= case scale when 'day' then 2.5 else 4.5 end end
), starts as (
    select
        *,
        began_at > interval 48 hours + max(ended_at) over (
            partition by series, direction order by began_at, ended_at rows between unbounded preceding and 1 preceding
        ) as is_apart
    from flagged
), numbered as (
    select
        *,
        count(*) filter (is_apart) over (
            partition by series, direction order by began_at, ended_at rows between unbounded preceding and current row
        ) as run
    from starts
), hours as (
    select
        series, direction, run, hour, cast(direction as integer) * (usual_hours.usd - usual_hours.usual_usd) as excess_usd,
        bool_or(scale = 'day') as in_day, bool_or(scale <> 'day') as in_hours,
        max(abs(strangeness)) as strangeness, max(abs(level_share)) as level_share
    from numbered
    join usual_hours using (series)
    where is_strong and hour >= began_at and hour < ended_at and is_judged
    group by series, direction, run, hour, usual_hours.usd, usual_hours.usual_usd
), runs as (
    select
        series, direction, run,
        min(hour) filter (in_day) as first_hour, max(hour) filter (in_day) as last_hour,
        sum(excess_usd) as excess_usd, sum(excess_usd) filter (in_hours) as in_hours_usd,
        max(excess_usd) filter (in_hours) as largest_usd,
        max(strangeness) as strangeness, max(level_share) as level_share
    from hours
    group by series, direction, run
), cores as (
    select
        runs.*, min(hour) as core_first_hour, max(hour) as core_last_hour
    from runs
    left join hours
        on hours.series = runs.series and hours.direction = runs.direction and hours.run = runs.run
        and hours.in_hours and hours.excess_usd >= runs.largest_usd / 5
    group by all
), cut as (
    select *, first_hour is null
        or core_last_hour - core_first_hour < interval 8 hours and 3 * in_hours_usd >= 2 * excess_usd as is_core
    from cores
)
select
    series, direction, strangeness, level_share,
    case when is_core then core_first_hour else date_trunc('day', first_hour) end as began_at,
    case when is_core then core_last_hour + interval 1 hour else date_trunc('day', last_hour) + interval 1 day end as ended_at
from cut
