-- How many rows a table has in each hour since 1970, and without a time (NULL).
select toNullable(intDiv(toUnixTimestamp64Micro(assumeNotNull(timestamp)) - positiveModulo(toUnixTimestamp64Micro(assumeNotNull(timestamp)), 3600000000), 3600000000))
    as hour, count()
from $table
where timestamp is not null
group by hour
union all
select null, count() from $table where timestamp is null having count() > 0
