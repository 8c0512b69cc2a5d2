-- The local months that lie whole in one stretch of the report, and their days.
with months as (
    select date_trunc('month', day) as month, min(day_us) as month_us, min(stretch_us) as stretch_us
    from spans
    group by date_trunc('month', day)
    having min(month_us) = max(month_us) and count(distinct day) = day(last_day(min(day)))
)
select distinct months.month_us, months.stretch_us, spans.day_us
from spans
join months on months.month = date_trunc('month', spans.day)
