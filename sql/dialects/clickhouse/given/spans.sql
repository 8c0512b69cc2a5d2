-- The local days of the report, which the report's own calendar has worked out.
select one.start_us as start_us, one.until_us as until_us, one.day_us as day_us, one.month_us as month_us, one.stretch_us as stretch_us
from (
    select arrayJoin(JSONExtract($spans, 'Array(Tuple(start_us Int64, until_us Int64, day_us Int64, month_us Int64, stretch_us Int64))')) as one
) as given
