-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- The tags of work that is not urgent, by key and value.
select tag_key, tag_value
from unnest(cast(json_parse($not_urgent_tags) as array(row(tag_key varchar, tag_value varchar)))) as given (tag_key, tag_value)
