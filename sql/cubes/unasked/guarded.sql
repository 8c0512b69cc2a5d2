-- The cube `guarded` of a source that does not record how many guardrails looked at a request: nothing is read for it.
select
    cast(null as bigint) as slot_us,
    cast(null as varchar) as team,
    cast(null as bigint) as requests,
    cast(null as bigint) as guarded_requests,
    cast(null as decimal(38, 12)) as unguarded_cost_usd,
    cast(null as bigint) as unguarded_unpriced_requests
from period
where 1 = 0
