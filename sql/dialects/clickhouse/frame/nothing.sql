-- A table of the contract that is not recorded: its columns, and no row.
select $columns, $names, cast([], 'Array(String)') as unreadable_columns
from (select $values) as read
where false
