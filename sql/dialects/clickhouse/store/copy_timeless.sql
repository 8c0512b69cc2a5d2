-- The rows of a table without a time, as lines of text.
select $columns from $table where timestamp is null format CSV
