-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- The tags of work that is not urgent, by key and value.
select
    cast(get("one"."VALUE", 'tag_key') as varchar) as "tag_key",
    cast(get("one"."VALUE", 'tag_value') as varchar) as "tag_value"
from (select parse_json($not_urgent_tags) as "rows") as "given"
cross join lateral flatten(input => "given"."rows") as "one"
