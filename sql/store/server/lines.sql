-- The rows of a table as lines of text that the server reads, its columns in their order; `escaped` and `held` are of its dialect (duckdb.macros.sql).
select concat_ws(chr(9), *columns(*)) || chr(10)
from (select escaped(held(columns(*), typeof(columns(*)))) from query_table($table))
