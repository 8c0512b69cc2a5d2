-- What `finops-report reprice` has changed, so that it can be undone: one row a repricing, the newest last.
-- Amounts are those of its requests before and after; undone_at is NULL as long as it stands.
create table if not exists repricings (
    repricing integer,
    made_at timestamp,
    prices text,
    requests bigint,
    attempts bigint,
    before_usd numeric(28, 12),
    after_usd numeric(28, 12),
    undone_at timestamp
);
-- What stood in each row that a repricing changed. A row is known by its moment, its id, and its place among equal ones.
create table if not exists repriced_costs (
    repricing integer,
    table_name text, -- 'telemetry' or 'attempts'
    timestamp timestamp,
    request_id text,
    place bigint,
    cost_estimated double precision,
    cache_savings_estimated double precision,
    price_source text,
    cost_source text,
    unpriced_reason text
);
