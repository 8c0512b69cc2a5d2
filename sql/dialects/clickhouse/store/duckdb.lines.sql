-- In DuckDB: the rows of a table as lines of text, its columns in their order.
select concat_ws(chr(9), *columns(*)) || chr(10)
from (select escaped(held(columns(*), typeof(columns(*)))) from query_table($table))
