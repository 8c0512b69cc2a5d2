-- The local days of the history, as spans.sql has those of the report.
select
    unnest($day::date[]) as day,
    unnest($start_us::bigint[]) as start_us,
    unnest($until_us::bigint[]) as until_us,
    unnest($utc_offset_us::bigint[]) as utc_offset_us,
    unnest($day_us::bigint[]) as day_us
