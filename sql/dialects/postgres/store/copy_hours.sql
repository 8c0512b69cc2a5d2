-- How many rows a table has in each hour since 1970, and without a usable time (NULL).
copy (
    select case when isfinite(timestamp) then floor(extract(epoch from timestamp) / 3600)::bigint end as hour, count(*)
    from $table
    group by hour
) to stdout with (format csv, null '\N')
