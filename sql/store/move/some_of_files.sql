-- The rows of files of some time.
create or replace temp table brought as
from read_parquet($paths, union_by_name = true, hive_partitioning = false)
where timestamp >= make_timestamp($since_us::bigint) and timestamp < make_timestamp($until_us::bigint)
