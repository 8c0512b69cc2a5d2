-- How many rows the files have together.
select coalesce(sum(num_rows), 0)::bigint from parquet_file_metadata($paths)
