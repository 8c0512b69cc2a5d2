-- One row a try at a provider, failed ones too; attempt counts from 1 within a request.
create table if not exists attempts (
    timestamp timestamp,
    request_id varchar,
    attempt integer,
    provider varchar,
    model varchar,
    outcome varchar, -- 'ok', 'error', 'timeout', 'cancelled' or 'skipped'
    error_type varchar,
    http_status integer,
    latency_ms double,
    ttft_ms double,
    input_tokens integer,
    output_tokens integer,
    cost_estimated double,
    hedge boolean
);
