-- The rows of Parquet files that lie far away, as in parquet.sql: those of the time in the variable `read_between`, or all if it is not set.
-- It is a constant when a statement is planned, so that row groups of other times are not fetched.
select *
from read_parquet($files, union_by_name = true, hive_partitioning = $partitioned, hive_types_autocast = false)
where getvariable('read_between') is null
    or (
        timestamp >= make_timestamp(getvariable('read_between').from_us)
        and timestamp < make_timestamp(getvariable('read_between').until_us)
    )
