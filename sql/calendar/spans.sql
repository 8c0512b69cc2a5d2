-- Local days as stretches of UTC, each at one offset; worked out by Python's time zone database, the only one that is asked.
select
    unnest($day::date[]) as day,
    unnest($start_us::bigint[]) as start_us,
    unnest($until_us::bigint[]) as until_us,
    unnest($utc_offset_us::bigint[]) as utc_offset_us,
    unnest($day_us::bigint[]) as day_us,
    unnest($month_us::bigint[]) as month_us,
    unnest($stretch_us::bigint[]) as stretch_us
