-- The tables of the file that rows are moved from, and their columns; views are none, which would be run here.
select columns.table_name, columns.column_name, columns.data_type
from duckdb_columns() as columns
join duckdb_tables() as tables using (database_name, schema_name, table_name)
where columns.database_name = 'source' and columns.schema_name = 'main'
order by columns.table_name, columns.column_index
