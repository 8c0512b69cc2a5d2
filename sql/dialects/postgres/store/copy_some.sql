-- The rows of a table of some time, as lines of text.
copy (
    select $columns
    from $table
    where timestamp >= timestamp 'epoch' + $since_us * interval '1 microsecond'
        and timestamp < timestamp 'epoch' + $until_us * interval '1 microsecond'
) to stdout with (format csv, null '\N', force_quote *)
