-- The days, weeks, months, quarters and years behind the report, as Python's calendar has them, with their bounds in UTC.
select
    unnest($period::varchar[]) as period,
    unnest($first_day::date[]) as first_day,
    unnest($last_day::date[]) as last_day,
    unnest($start_us::bigint[]) as start_us,
    unnest($until_us::bigint[]) as until_us,
    unnest($is_running::boolean[]) as is_running
