-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The tags of work that is not urgent, by key and value.
select
    cast("one"."tag_key" as varchar) as "tag_key",
    cast("one"."tag_value" as varchar) as "tag_value"
from (select json_parse($not_urgent_tags) as "rows") as "given", "given"."rows" as "one"
