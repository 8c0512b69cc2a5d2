-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- The tags of work that is not urgent, by key and value.
select json_value(one, '$.tag_key') as tag_key, json_value(one, '$.tag_value') as tag_value
from unnest(json_query_array($not_urgent_tags)) as one
