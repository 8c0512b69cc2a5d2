-- The rows that a server has sent as lines of text, with the types of the table that they are brought into.
select * from read_csv(
    $path, columns = $columns, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '\N',
    allow_quoted_nulls = false, strict_mode = true, null_padding = false, max_line_size = 16777216
)
