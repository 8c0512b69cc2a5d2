-- Which tables and views the file has: one of ours has `kept_cubes_made_by`, a new one has nothing.
select table_name from information_schema.tables where table_catalog = 'kept' order by table_name
