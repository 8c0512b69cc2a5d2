-- The tables of rows that were brought over from a server.
select table_name from duckdb_tables() where starts_with(table_name, 'brought_')
