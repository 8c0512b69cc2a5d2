-- How many bytes a block of the telemetry file has.
select block_size from pragma_database_size() where database_name = 'recorded'
