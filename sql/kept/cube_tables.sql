-- Of which cubes there are tables in a schema: of their own sums ('cubes'), or of those of stretches ('coarse').
select table_name from duckdb_tables() where database_name = 'kept' and schema_name = $schema order by table_name
