-- All rows of a table, as lines of text.
select $columns from $table format CSV
