-- The rows of a table without a usable time, as lines of text.
copy (
    select $columns
    from $table
    where timestamp is null or not isfinite(timestamp)
) to stdout with (format csv, null '\N', force_quote *)
