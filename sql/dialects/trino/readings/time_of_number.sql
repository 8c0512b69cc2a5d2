-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A number since 1970 in microseconds; $typical is the median of the column, which tells the unit of all of them.
element_at(transform(
    array[(case when $number between 1e-3 and 1e20 then $number end) * case
        when cast($typical as double) < 1e11 then 1e6
        when cast($typical as double) < 1e14 then 1e3
        when cast($typical as double) < 1e17 then 1e0
        else 1e-3
    end],
    us -> case when us <= 1e17 then cast(floor(us) as bigint) + case when us % 1e0 >= 0.5 then 1 else 0 end end
), 1)
