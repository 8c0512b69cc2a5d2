-- Amounts are decimal texts in US dollars: exact, and the same in both stores. Times are microseconds since 1970 UTC.
-- Keys: what each may do, and the secrets that open it. Only hashes of secrets are kept. Lists are JSON.
create table if not exists gateway_keys (
    id text primary key,
    name text not null unique,
    team text,
    project text,
    environment text,
    allowed_groups text,
    budgets text not null,
    requests_per_minute bigint,
    tokens_per_minute bigint,
    concurrency bigint,
    created_us bigint not null,
    expires_us bigint,
    revoked_us bigint
);
create table if not exists gateway_secrets (
    hash text primary key,
    key_id text not null,
    created_us bigint not null,
    ends_us bigint
);
-- How often keys were changed: what a worker looks at to know whether to read them anew.
create table if not exists gateway_key_changes (
    one integer primary key,
    changes bigint not null
);
-- What is spent of each budget in each of its periods.
create table if not exists gateway_accounts (
    budget text not null,
    start_us bigint not null,
    spent_usd text not null,
    wanted_us bigint not null,
    primary key (budget, start_us)
);
-- The workers that hold something of a budget. booked is the number of the last line of its slate that is in the accounts.
create table if not exists gateway_workers (
    worker text primary key,
    host text not null,
    seen_us bigint not null,
    booked bigint not null
);
-- What each worker holds: reserved for its calls, or idle (a part of the held amount).
create table if not exists gateway_holds (
    worker text not null,
    budget text not null,
    start_us bigint not null,
    held_usd text not null,
    idle_usd text not null,
    primary key (worker, budget, start_us)
);
