-- How many rows each file has, as its end says.
select file_name, num_rows from parquet_file_metadata($files)
