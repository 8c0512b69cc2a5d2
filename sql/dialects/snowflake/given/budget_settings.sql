-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- The budgets that need rows, in the order of the settings; a scope that is not set is NULL and takes in everything.
select
    cast(get("one"."VALUE", 'number') as bigint) as "number",
    cast(get("one"."VALUE", 'end_user') as varchar) as "end_user",
    cast(get("one"."VALUE", 'tag_key') as varchar) as "tag_key",
    cast(get("one"."VALUE", 'tag_value') as varchar) as "tag_value",
    cast(get("one"."VALUE", 'needs_rows') as boolean) as "needs_rows"
from (select parse_json($budget_settings) as "rows") as "given"
cross join lateral flatten(input => "given"."rows") as "one"
