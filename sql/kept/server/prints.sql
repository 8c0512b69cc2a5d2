-- Room for what rows a table of a server has, by UTC hour: see prints/by_hour in the dialects.
select
    cast(null as bigint) as hour_us,
    cast(null as bigint) as first_us,
    cast(null as bigint) as last_us,
    cast(null as bigint) as latest_us,
    cast(null as bigint) as requests,
    cast(null as varchar) as print
limit 0
