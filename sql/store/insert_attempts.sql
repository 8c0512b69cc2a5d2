-- The segment's attempts.
insert into attempts by name
select
    make_timestamp(timestamp_us) as timestamp, request_id, try_cast(attempt as integer) as attempt, provider, model,
    outcome, error_type, try_cast(http_status as integer) as http_status, latency_ms, ttft_ms,
    try_cast(input_tokens as integer) as input_tokens, try_cast(output_tokens as integer) as output_tokens,
    cost_estimated, hedge
from segment
where attempt is not null
