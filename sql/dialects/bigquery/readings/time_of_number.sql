-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- A number since 1970 in microseconds; $typical is the median of the column, which tells the unit of all of them.
(
    select case when us <= 1e17 then cast(floor(us) as int64) + case when us - floor(us) >= 0.5 then 1 else 0 end end
    from unnest([(case when $number between 1e-3 and 1e20 then $number end) * case
        when cast($typical as float64) < 1e11 then 1e6
        when cast($typical as float64) < 1e14 then 1e3
        when cast($typical as float64) < 1e17 then 1e0
        else 1e-3
    end]) as us
)
