-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- The local days of the report, which the report's own calendar has worked out.
select
    cast(json_value(one, '$.start_us') as int64) as start_us, cast(json_value(one, '$.until_us') as int64) as until_us,
    cast(json_value(one, '$.day_us') as int64) as day_us, cast(json_value(one, '$.month_us') as int64) as month_us,
    cast(json_value(one, '$.stretch_us') as int64) as stretch_us
from unnest(json_query_array($spans)) as one
