-- The ids that the segment's requests have, as lines of text that the server reads.
select distinct escaped(held(request_id, 'VARCHAR')) || chr(9) || escaped(held(response_id, 'VARCHAR')) || chr(10)
from segment
where attempt is null and guardrail is null
