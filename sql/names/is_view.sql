-- One row if this is a view of ours, and no table.
select 1 from duckdb_views() where database_name = 'memory' and schema_name = $schema and view_name = $view
