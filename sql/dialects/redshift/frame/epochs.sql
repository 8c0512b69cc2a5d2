-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The median of the numbers of a column that may hold times: it tells the unit of all of them, a thousandfold of the next.
select median("number") from (
    select $number as "number" from $table as "recorded"
) as "read"
where "number" > 0 and "number" < 1e30
