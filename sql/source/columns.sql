-- Every column of every table and view of the attached file: how the telemetry table is found, whatever its name.
select schema_name, table_name, column_name
from duckdb_columns()
where database_name = 'recorded' and not internal
order by schema_name, table_name, column_index
