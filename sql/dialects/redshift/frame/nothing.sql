-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A table of the contract that is not recorded: its columns, and no row.
select $columns, $names, array() as "unreadable_columns"
from (select $values) as "read"
where false
