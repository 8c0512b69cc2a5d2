-- Leave out calls that came as spans and are known: the same span, or an answer that another span or the router recorded.
-- The id of an answer alone is no proof: some providers count theirs up to a thousand. A long one with the same tokens is,
-- whatever provider is named: a client of the gateway names the one whose wire it speaks. What is no span stays, and of two
-- spans of an answer the one that began first and took longest. $since and $until bound what is looked at in the table.
delete from segment where rowid in (
    with calls as (
        select
            rowid as place,
            regexp_full_match(request_id, '[0-9a-f]{32}-[0-9a-f]{16}') as is_span,
            row_number() over (partition by request_id order by timestamp, latency_ms desc, rowid) > 1 as is_repeated,
            segment.* exclude (attempt, guardrail)
        from segment
        where attempt is null and guardrail is null
    ),
    recorded as (
        select request_id, provider, response_id, input_tokens, output_tokens, timestamp
        from telemetry
        where timestamp between $since::timestamp and $until::timestamp
    )
    select place from calls
    where is_span and (
        is_repeated
        or request_id in (select request_id from recorded where request_id is not null)
        or exists (
            from recorded
            where recorded.response_id = calls.response_id
                and (recorded.provider = calls.provider or length(calls.response_id) >= 16)
                and recorded.input_tokens is not distinct from calls.input_tokens
                and recorded.output_tokens is not distinct from calls.output_tokens
                and recorded.timestamp between calls.timestamp - to_seconds($soon_s) and calls.timestamp + to_seconds($soon_s)
        )
        or exists (
            from calls as other
            where other.response_id = calls.response_id
                and (other.provider = calls.provider or length(calls.response_id) >= 16)
                and other.input_tokens is not distinct from calls.input_tokens
                and other.output_tokens is not distinct from calls.output_tokens
                and other.timestamp between calls.timestamp - to_seconds($soon_s) and calls.timestamp + to_seconds($soon_s)
                and (not other.is_span or (other.timestamp, -coalesce(other.latency_ms, 0), other.place)
                    < (calls.timestamp, -coalesce(calls.latency_ms, 0), calls.place))
        )
    )
)
