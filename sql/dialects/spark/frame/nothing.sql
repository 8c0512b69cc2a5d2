-- A table of the contract that is not recorded: its columns, and no row.
select $columns, $names, cast(array() as array<string>) as unreadable_columns
from (select $values) as read
where false
