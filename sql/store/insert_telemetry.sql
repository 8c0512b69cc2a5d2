-- The segment's requests. A count that no INTEGER holds is no count: it becomes NULL.
insert into telemetry by name
select
    make_timestamp(timestamp_us) as timestamp, request_id, strategy, provider, model,
    try_cast(input_tokens as integer) as input_tokens, try_cast(output_tokens as integer) as output_tokens,
    cost_estimated, latency_ms, team, project, environment, end_user, operation, requested_model, response_id,
    try_cast(cache_read_input_tokens as integer) as cache_read_input_tokens,
    try_cast(cache_write_input_tokens as integer) as cache_write_input_tokens,
    try_cast(cache_write_1h_input_tokens as integer) as cache_write_1h_input_tokens,
    try_cast(reasoning_output_tokens as integer) as reasoning_output_tokens,
    ttft_ms, stream, status, error_type, try_cast(attempts as integer) as attempts, service_tier, price_source,
    cache_savings_estimated, tags
from segment
where attempt is null and guardrail is null
