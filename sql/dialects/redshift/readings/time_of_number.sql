-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A number since 1970 in microseconds; $typical is the median of the column, which tells the unit of all of them.
case
    when ((case when $number between 1e-3 and 1e20 then $number end) * case
        when cast($typical as double precision) < 1e11 then 1e6
        when cast($typical as double precision) < 1e14 then 1e3
        when cast($typical as double precision) < 1e17 then 1e0
        else 1e-3
    end) <= 1e17
        then cast(floor((case when $number between 1e-3 and 1e20 then $number end) * case
        when cast($typical as double precision) < 1e11 then 1e6
        when cast($typical as double precision) < 1e14 then 1e3
        when cast($typical as double precision) < 1e17 then 1e0
        else 1e-3
    end) as bigint)
            + case when ((case when $number between 1e-3 and 1e20 then $number end) * case
        when cast($typical as double precision) < 1e11 then 1e6
        when cast($typical as double precision) < 1e14 then 1e3
        when cast($typical as double precision) < 1e17 then 1e0
        else 1e-3
    end) - floor((case when $number between 1e-3 and 1e20 then $number end) * case
        when cast($typical as double precision) < 1e11 then 1e6
        when cast($typical as double precision) < 1e14 then 1e3
        when cast($typical as double precision) < 1e17 then 1e0
        else 1e-3
    end) >= 0.5 then 1 else 0 end
end
