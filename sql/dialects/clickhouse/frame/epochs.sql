-- The median of the numbers of a column that may hold times: it tells the unit of all of them.
select if(count() = 0, null, quantileExactInclusive(0.5)(assumeNotNull(number))) from (
    select $number as number from $table as recorded
) as read
where number > 0 and number < 1e30
