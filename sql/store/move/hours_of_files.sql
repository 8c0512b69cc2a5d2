-- How many rows files have in each hour since 1970, and without a usable time (NULL).
select case when isfinite(timestamp) then cast(floor(epoch_us(timestamp) / 3600000000.0) as bigint) end as hour, count(*)
from read_parquet($paths, union_by_name = true, hive_partitioning = false)
group by hour
order by hour nulls last
