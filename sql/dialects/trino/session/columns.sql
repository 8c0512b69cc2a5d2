-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Every column of every table and view of a schema.
select table_name, column_name, data_type
from $catalog.information_schema.columns
where table_schema = $schema
order by table_name, ordinal_position
