-- Answered requests that used tokens and are recorded with a cost of 0: free, or of a price that nobody knew.
select
    cast(coalesce(sum(free_requests), 0) as bigint) as requests,
    cast(coalesce(sum(free_tokens), 0) as bigint) as tokens
from spend_by_day
where in_period
