-- The days of the period as charge periods, and the calendar month that each lies in as its billing period; ends are exclusive.
select
    unnest($day_us::bigint[]) as day_us,
    make_timestamp(unnest($charge_start_us::bigint[])) as charge_start,
    make_timestamp(unnest($charge_end_us::bigint[])) as charge_end,
    make_timestamp(unnest($billing_start_us::bigint[])) as billing_start,
    make_timestamp(unnest($billing_end_us::bigint[])) as billing_end
