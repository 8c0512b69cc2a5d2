-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The budgets that need rows, in the order of the settings; a scope that is not set is NULL and takes in everything.
select
    cast("one"."number" as bigint) as "number",
    cast("one"."end_user" as varchar) as "end_user",
    cast("one"."tag_key" as varchar) as "tag_key",
    cast("one"."tag_value" as varchar) as "tag_value",
    cast("one"."needs_rows" as boolean) as "needs_rows"
from (select json_parse($budget_settings) as "rows") as "given", "given"."rows" as "one"
