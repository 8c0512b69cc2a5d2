-- Of which cubes there are sums of stretches.
select table_name from duckdb_tables() where database_name = 'kept' and schema_name = 'coarse' order by table_name
