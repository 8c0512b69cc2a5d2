-- What a guardrail's decision concerns, and how many guardrails looked at a request (NULL: nobody knows of any).
-- `stage` is where in the call it was made: 'request', 'target' (whom to ask) or 'answer'. `cost_estimated` is what the
-- call cost in USD; one that was blocked before it was sent has `cost_avoided` instead: what it was expected to cost.
-- Beside 'blocked', 'flagged' and 'redacted' an action may be 'exempted' (the team had an exception) or 'failed'.
alter table guardrail_events add column if not exists stage text;
alter table guardrail_events add column if not exists findings integer;
alter table guardrail_events add column if not exists provider text;
alter table guardrail_events add column if not exists model text;
alter table guardrail_events add column if not exists cost_estimated double precision;
alter table guardrail_events add column if not exists cost_avoided double precision;
alter table telemetry add column if not exists guardrails integer;
