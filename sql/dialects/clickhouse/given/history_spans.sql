-- The local days of the history, which the report's own calendar has worked out.
select one.start_us as start_us, one.until_us as until_us, one.day_us as day_us
from (
    select arrayJoin(JSONExtract($history_spans, 'Array(Tuple(start_us Int64, until_us Int64, day_us Int64))')) as one
) as given
