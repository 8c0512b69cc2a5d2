-- Whether a table has a row.
select exists (select 1 from $table)
