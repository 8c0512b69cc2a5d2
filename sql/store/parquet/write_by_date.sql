-- Write the rows of a table by their UTC days, in order of time.
copy (select *, cast(timestamp as date) as date from query_table($table) order by timestamp)
to $folder (format parquet, compression zstd, partition_by (date), filename_pattern 'part-{i}')
