-- The local days of the report, which the report's own calendar has worked out.
select start_us, until_us, day_us, month_us, stretch_us
from json_to_recordset($spans) as given (start_us bigint, until_us bigint, day_us bigint, month_us bigint, stretch_us bigint)
