-- The rows of Parquet files whose columns agree; parts of their path (team=search/) are columns of text.
select *
from read_parquet($files, union_by_name = true, hive_partitioning = $partitioned, hive_types_autocast = false)
