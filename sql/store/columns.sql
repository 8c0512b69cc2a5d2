-- The columns of the tables of sql/schema, in their order.
select table_name, column_name, data_type
from duckdb_columns()
where not internal and database_name = current_database() and schema_name = 'main'
order by table_name, column_index
