-- Whether there is a table that can be priced anew.
select count(*) > 0 from duckdb_tables() where table_name = 'telemetry' and database_name = current_database()
