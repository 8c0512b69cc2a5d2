-- What the telemetry spans, from what its parts span: as the cube `extent` has it.
select
    case when first_us > $moment_us then $moment_us else first_us end as first_us,
    case when last_us is null and first_us is not null then $moment_us else last_us end as last_us,
    coalesce(rows_read, 0) as rows_read,
    coalesce(hours_with_data, 0) as hours_with_data
from (
    select
        min(first_us) as first_us,
        max(last_us) as last_us,
        sum(requests) as rows_read,
        sum(case when last_us is not null then 1 else 0 end) as hours_with_data
    from (
        select min(first_us) as first_us, max(last_us) as last_us, sum(requests) as requests
        from kept.cubes.hours
        group by hour_us
    ) as hours
) as spanned
