-- The segment's requests: lines without the mark of another kind (finops_router/records.py).
insert into telemetry by name select columns($columns) from segment where attempt is null and guardrail is null
