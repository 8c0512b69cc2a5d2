-- Every column of every table and view of the attached file: how the telemetry table is found, whatever its name.
select
    schema_name, table_name, column_name,
    exists (
        select 1 from duckdb_views() as views
        where views.database_name = 'recorded' and views.schema_name = columns.schema_name
            and views.view_name = columns.table_name
    ) as is_view
from duckdb_columns() as columns
where database_name = 'recorded' and not internal
order by schema_name, table_name, column_index
