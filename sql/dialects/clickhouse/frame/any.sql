-- Whether a table has a row.
select count() > 0 from (select 1 from $table limit 1)
