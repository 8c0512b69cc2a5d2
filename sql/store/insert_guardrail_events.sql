-- The segment's guardrail decisions.
insert into guardrail_events by name select columns($columns) from segment where guardrail is not null
