-- The tables and views of a schema.
show tables in $schema
