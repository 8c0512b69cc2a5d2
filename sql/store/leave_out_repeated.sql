-- Leave out rows that repeat an id, and rows that repeat an answer.
-- That is of the same provider, under the same id, with the same tokens, begun soon after another. What began first and
-- took longest stays: it is the outermost of what recorded the call.
delete from segment where rowid in (
    select row_number from (
        select
            rowid as row_number,
            row_number() over (partition by request_id order by timestamp, latency_ms desc, rowid) > 1
                or (response_id is not null and coalesce(timestamp - lag(timestamp) over (
                    partition by provider, response_id, input_tokens, output_tokens order by timestamp, latency_ms desc, rowid
                ) <= to_seconds($soon_s), false)) as is_repeated
        from segment
    )
    where is_repeated
)
