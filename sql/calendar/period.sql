-- The bounds of the report as one row, so that views can look them up.
select
    $start_us::bigint as start_us,
    $old_us::bigint as old_us,
    $old_until_us::bigint as old_until_us,
    $new_us::bigint as new_us,
    $new_until_us::bigint as new_until_us,
    $slot_us::bigint as slot_us,
    $history_slot_us::bigint as history_slot_us,
    $history_whole_first::date as history_whole_first,
    $history_whole_last::date as history_whole_last,
    $most_missing_share::double as most_missing_share,
    $bucket_unit::varchar as bucket_unit,
    $bucket_ratio::double as bucket_ratio
