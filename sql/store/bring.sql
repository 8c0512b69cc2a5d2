-- The rows that another store has sent as lines of text, with the types of our tables.
create or replace temp table brought as
select * from read_csv(
    $path, columns = $columns, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '\N',
    allow_quoted_nulls = false, strict_mode = true, null_padding = false, max_line_size = $longest, parallel = false
)
