-- One row a guardrail decision. Prompt and completion text is never stored, here or anywhere.
create table if not exists guardrail_events (
    timestamp timestamp,
    request_id text,
    team text,
    project text,
    guardrail text,
    action text, -- 'blocked', 'flagged' or 'redacted'
    severity text,
    detail text
);
