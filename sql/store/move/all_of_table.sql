-- All rows of a table.
create or replace temp table brought as from query_table($place)
