-- The segment's guardrail decisions.
insert into guardrail_events by name
select make_timestamp(timestamp_us) as timestamp, request_id, team, project, guardrail, action, severity, detail
from segment
where guardrail is not null
