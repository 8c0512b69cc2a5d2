-- The bounds of the report as one row, so that views can look them up.
select
    $from_us::bigint as from_us,
    $start_us::bigint as start_us,
    $old_us::bigint as old_us,
    $old_until_us::bigint as old_until_us,
    $new_us::bigint as new_us,
    $until_us::bigint as until_us,
    $slot_us::bigint as slot_us,
    $time_zone::varchar as time_zone,
    $bucket_unit::varchar as bucket_unit
