-- When the segment's calls that came as spans began, first and last: their ids are those of a trace and of a span.
select min(timestamp), max(timestamp) from segment
where attempt is null and guardrail is null and regexp_full_match(request_id, '[0-9a-f]{32}-[0-9a-f]{16}')
