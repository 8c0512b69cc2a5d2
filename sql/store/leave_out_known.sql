-- Leave out rows that are in the table already, and answers that another program has recorded there.
-- The id of an answer alone is no proof: some providers count theirs up to a thousand.
delete from segment
where request_id in (select request_id from telemetry where request_id is not null)
    or exists (
        from telemetry
        where telemetry.response_id = segment.response_id
            and telemetry.provider = segment.provider
            and telemetry.input_tokens is not distinct from segment.input_tokens
            and telemetry.output_tokens is not distinct from segment.output_tokens
            and telemetry.timestamp between segment.timestamp - to_seconds($soon_s) and segment.timestamp + to_seconds($soon_s)
    )
