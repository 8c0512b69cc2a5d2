-- What `finops-report reprice` has changed, so that it can be undone: one row a repricing, the newest last.
-- Amounts are those of its requests before and after; undone_at is NULL as long as it stands.
create table if not exists repricings (
    repricing integer,
    made_at timestamp,
    prices varchar,
    requests bigint,
    attempts bigint,
    before_usd decimal(28, 12),
    after_usd decimal(28, 12),
    undone_at timestamp
);
-- What stood in each row that a repricing changed. A row is known by its moment, its id, and its place among equal ones.
create table if not exists repriced_costs (
    repricing integer,
    table_name varchar, -- 'telemetry' or 'attempts'
    timestamp timestamp,
    request_id varchar,
    place bigint,
    cost_estimated double,
    cache_savings_estimated double,
    price_source varchar,
    cost_source varchar,
    unpriced_reason varchar
);
