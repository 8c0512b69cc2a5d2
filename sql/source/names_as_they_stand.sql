-- A name as it is shown where none is long: without a case to decide, DuckDB works out each distinct name of a block once, not that of each row.
create or replace macro short_name(v) as v
