-- No rows, with the columns of the table.
create or replace temp table brought as from query_table($own) limit 0
