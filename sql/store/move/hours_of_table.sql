-- How many rows a table has in each hour since 1970, and without a usable time (NULL).
select case when isfinite(timestamp) then cast(floor(epoch_us(timestamp) / 3600000000.0) as bigint) end as hour, count(*)
from query_table($place)
group by hour
order by hour nulls last
