-- One row a try at a provider, failed ones too; attempt counts from 1 within a request.
create table if not exists attempts (
    timestamp timestamp,
    request_id text,
    attempt integer,
    provider text,
    model text,
    outcome text, -- 'ok', 'error', 'timeout', 'cancelled' or 'skipped'
    error_type text,
    http_status integer,
    latency_ms double precision,
    ttft_ms double precision,
    input_tokens integer,
    output_tokens integer,
    cost_estimated double precision,
    hedge boolean
);
create index if not exists attempts_by_time on attempts using brin (timestamp);
