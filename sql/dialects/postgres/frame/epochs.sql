-- The median of the numbers of a column that may hold times: it tells the unit of all of them.
select percentile_cont(0.5) within group (order by number) from (
    select $number as number from $table
) as read
where number > 0 and number < 1e30
