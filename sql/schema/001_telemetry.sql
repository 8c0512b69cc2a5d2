-- One row a request. The first nine columns are the public contract: their order, names and types do not change.
-- Times are UTC, money is USD. cost_estimated NULL means no price is known: it never stands for zero.
-- input_tokens includes cache reads and cache writes; output_tokens includes reasoning (OpenTelemetry GenAI).
create table if not exists telemetry (
    timestamp timestamp,
    request_id varchar,
    strategy varchar,
    provider varchar,
    model varchar,
    input_tokens integer,
    output_tokens integer,
    cost_estimated double,
    latency_ms double,
    team varchar,
    project varchar,
    environment varchar,
    end_user varchar,
    operation varchar,
    requested_model varchar,
    response_id varchar,
    cache_read_input_tokens integer,
    cache_write_input_tokens integer,
    cache_write_1h_input_tokens integer,
    reasoning_output_tokens integer,
    ttft_ms double,
    stream boolean,
    status varchar, -- 'ok', 'error', 'cancelled' or 'blocked'
    error_type varchar,
    attempts integer,
    service_tier varchar,
    price_source varchar,
    tags json
);
