-- The rows to follow, by the number of their file among those that are read again, and of the row in it.
select
    cast(list_position($numbers::bigint[], at_row >> 32) - 1 as ubigint) as file_index,
    at_row & 4294967295 as file_row_number
from rows_to_follow
