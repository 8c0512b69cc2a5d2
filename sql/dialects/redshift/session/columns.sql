-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Every column of every table and view of a schema, of late-binding views and external tables, too.
select "table_name", "column_name", "data_type"
from "svv_columns"
where "table_schema" = $schema
order by "table_name", "ordinal_position"
