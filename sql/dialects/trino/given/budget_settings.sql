-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- The budgets that need rows, in the order of the settings; a scope that is not set is NULL and takes in everything.
select number, end_user, tag_key, tag_value, needs_rows
from unnest(cast(json_parse($budget_settings) as array(row(
    number integer, end_user varchar, tag_key varchar, tag_value varchar, needs_rows boolean
)))) as given (number, end_user, tag_key, tag_value, needs_rows)
