-- The requests recorded within these bounds that have one of the ids asked for, or whose answers do.
copy (
    select request_id, provider, response_id, input_tokens, output_tokens, timestamp
    from telemetry
    where request_id in (select request_id from asked where request_id is not null)
        and (timestamp between $since::timestamp and $until::timestamp or timestamp is null)
    union all
    select request_id, provider, response_id, input_tokens, output_tokens, timestamp
    from telemetry
    where response_id in (select response_id from asked where response_id is not null)
        and timestamp between $since::timestamp and $until::timestamp
) to stdout with (format csv, null '\N', force_quote *)
