-- Of which cubes there are tables.
select table_name from duckdb_tables() where database_name = 'kept' and schema_name = 'cubes' order by table_name
