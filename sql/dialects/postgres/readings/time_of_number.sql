-- A number since 1970 in microseconds; $typical is the median of the column, which tells the unit of all of them.
(
    select case when us <= 1e17 then cast(trunc(us) + case when us - trunc(us) >= 0.5 then 1 else 0 end as bigint) end
    from (
        select case when number between 1e-3 and 1e20 then number end * case
            when cast($typical as double precision) < 1e11 then 1e6
            when cast($typical as double precision) < 1e14 then 1e3
            when cast($typical as double precision) < 1e17 then 1
            else 1e-3
        end as us
        from (select $number as number) as read_number
    ) as scaled
)
