-- One row a request. The first nine columns are the public contract: their order, names and types do not change.
-- Times are UTC, money is USD. cost_estimated NULL means no price is known: it never stands for zero.
-- input_tokens includes cache reads and cache writes; output_tokens includes reasoning (OpenTelemetry GenAI).
create table if not exists telemetry (
    timestamp timestamp,
    request_id text,
    strategy text,
    provider text,
    model text,
    input_tokens integer,
    output_tokens integer,
    cost_estimated double precision,
    latency_ms double precision,
    team text,
    project text,
    environment text,
    end_user text,
    operation text,
    requested_model text,
    response_id text,
    cache_read_input_tokens integer,
    cache_write_input_tokens integer,
    cache_write_1h_input_tokens integer,
    reasoning_output_tokens integer,
    ttft_ms double precision,
    stream boolean,
    status text, -- 'ok', 'error', 'cancelled' or 'blocked'
    error_type text,
    attempts integer,
    service_tier text,
    price_source text,
    tags json
);
-- Rows come in by time: a few bytes a stretch of them tell readers of some days which to pass over.
create index if not exists telemetry_by_time on telemetry using brin (timestamp);
