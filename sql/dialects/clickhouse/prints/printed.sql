-- The rows of a table by their time in microseconds since 1970, and by the print of all that is read of them.
select $timestamp as timestamp, $print as print from $table as recorded where $rows
