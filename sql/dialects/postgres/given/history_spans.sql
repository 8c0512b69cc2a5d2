-- The local days of the history, which the report's own calendar has worked out.
select start_us, until_us, day_us
from json_to_recordset($history_spans) as given (start_us bigint, until_us bigint, day_us bigint)
