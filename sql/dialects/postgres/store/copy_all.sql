-- All rows of a table, as lines of text.
copy (select $columns from $table) to stdout with (format csv, null '\N', force_quote *)
