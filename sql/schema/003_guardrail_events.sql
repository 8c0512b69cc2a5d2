-- One row a guardrail decision. Prompt and completion text is never stored, here or anywhere.
create table if not exists guardrail_events (
    timestamp timestamp,
    request_id varchar,
    team varchar,
    project varchar,
    guardrail varchar,
    action varchar, -- 'blocked', 'flagged' or 'redacted'
    severity varchar,
    detail varchar
);
