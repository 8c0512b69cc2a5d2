-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- The rows of a table as the contract needs them: every column read by its type, and what could not be read, by name.
select $columns, $names, filter(cast(array[$unreadable] as array(varchar)), one -> one is not null) as unreadable_columns
from (select $values from $table as recorded where $rows) as read
