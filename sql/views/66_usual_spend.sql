-- Spend of each day of the period beside what was usual for it, and the band outside of which it would be strange; NULL if there is too little history.
select
    calendar.day,
    cast(cost_usd as decimal(38, 12)) as cost_usd,
    cast(windows.usual_usd as double) as usual_usd,
    case when strangeness is not null then power(greatest(sqrt(cast(windows.usual_usd as double)) - 4.5 * spread, 0), 2) end as low_usd,
    case when strangeness is not null then power(sqrt(cast(windows.usual_usd as double)) + 4.5 * spread, 2) end as high_usd
from (select day from calendar where in_period group by day) as calendar
left join (select day, sum(cost_usd) as cost_usd from spend_by_day where in_period group by day) as spent using (day)
left join unlike_windows as windows
    on windows.day = calendar.day and windows.scale = 'day' and windows.series.dimension = 'total' and strangeness is not null
order by calendar.day
