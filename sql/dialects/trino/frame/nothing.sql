-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A table of the contract that is not recorded: its columns, and no row.
select $columns, $names, cast(array[] as array(varchar)) as unreadable_columns
from (select $values) as read
where false
