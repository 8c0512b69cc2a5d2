-- The periods of each budget before the one under way, newest first: what was used, and what of them is not recorded.
select
    budget, period, first_day, last_day, amount, currency,
    cast(requests as bigint) as requests,
    used_usd,
    cast(unpriced_requests as bigint) as unpriced_requests,
    passed_hours, missing_hours, used_share, breached_on, is_scope_recorded
from budget_progress
where not is_running
order by number, first_day desc
