-- Write all rows of a table.
copy (from query_table($table)) to $path (format parquet, compression zstd)
