-- The rows of a stranger's Parquet file, each as an object of JSON: moments, numbers and lists come as everywhere else.
select to_json(found) from read_parquet($path, hive_partitioning = false) as found
