-- The rows of files without a usable time.
create or replace temp table brought as
from read_parquet($paths, union_by_name = true, hive_partitioning = false)
where timestamp is null or not isfinite(timestamp)
