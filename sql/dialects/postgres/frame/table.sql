-- The rows of a table as the contract needs them: every column read by its type, and what could not be read, by name.
select $columns, $names, nullif(array_remove(cast(array[$unreadable] as text[]), null), '{}') as unreadable_columns
from (select $values from $table where $rows) as read
