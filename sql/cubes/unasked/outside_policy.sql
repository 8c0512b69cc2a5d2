-- No guardrail of the settings says what telemetry can be held against: nothing is read for it.
select
    cast(null as bigint) as slot_us,
    cast(null as varchar) as guardrail, cast(null as varchar) as team,
    cast(null as varchar) as provider, cast(null as varchar) as model,
    cast(null as bigint) as requests, cast(null as bigint) as exempt_requests,
    cast(null as decimal(38, 12)) as cost_usd, cast(null as bigint) as unpriced_requests
from period
where 1 = 0
