-- What the rows of the period come to before they are parted into meters: how many requests have a cost, and the sum of it.
select cast(coalesce(sum(requests), 0) as bigint) as requests, coalesce(sum(cost_usd), 0) as cost_usd
from metered
