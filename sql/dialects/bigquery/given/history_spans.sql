-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- The local days of the history, which the report's own calendar has worked out.
select
    cast(json_value(one, '$.start_us') as int64) as start_us, cast(json_value(one, '$.until_us') as int64) as until_us,
    cast(json_value(one, '$.day_us') as int64) as day_us
from unnest(json_query_array($history_spans)) as one
