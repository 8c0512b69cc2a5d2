-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The rows of a table as the contract needs them: every column read by its type, and what could not be read, by name.
select $columns, $names, array($unreadable) as "unreadable_columns"
from (select $values from $table as "recorded" where $rows) as "read"
