-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- The median of the numbers of a column that may hold times: it tells the unit of all of them, a thousandfold of the next.
select approx_percentile("number", 0.5) from (
    select $number as "number" from $table as "recorded"
) as "read"
where "number" > 0 and "number" < 1e30
