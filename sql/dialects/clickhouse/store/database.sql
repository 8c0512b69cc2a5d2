-- The database that this session works in.
select currentDatabase()
