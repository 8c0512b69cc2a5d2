-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- The budgets that need rows, in the order of the settings; a scope that is not set is NULL and takes in everything.
select
    cast(json_value(one, '$.number') as int64) as number,
    json_value(one, '$.end_user') as end_user, json_value(one, '$.tag_key') as tag_key,
    json_value(one, '$.tag_value') as tag_value,
    json_value(one, '$.needs_rows') = 'true' as needs_rows
from unnest(json_query_array($budget_settings)) as one
