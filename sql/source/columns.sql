-- Every column of every table and view of the attached file: how the telemetry table is found, whatever its name.
-- `rows_in_table` is what the file says of itself, without a row being read; NULL of a view.
select
    schema_name, table_name, column_name,
    exists (
        select 1 from duckdb_views() as views
        where views.database_name = 'recorded' and views.schema_name = columns.schema_name
            and views.view_name = columns.table_name
    ) as is_view,
    (
        select estimated_size from duckdb_tables() as tables
        where tables.database_name = 'recorded' and tables.schema_name = columns.schema_name
            and tables.table_name = columns.table_name
    ) as rows_in_table
from duckdb_columns() as columns
where database_name = 'recorded' and not internal
order by schema_name, table_name, column_index
