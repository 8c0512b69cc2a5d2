-- The budgets in force, each in its period under way: what is used of it, how far the period has passed, when it is or was breached.
-- Amounts of budgets are in `currency`, that of the report; what is used is NULL if nothing of it has a known price.
-- `passed_threshold` is the highest of the owner's thresholds that is reached, `forecast_threshold` the lowest of those
-- for what is expected; `at_pace_usd` is what will be used at the end of the period at the present pace.
select
    budget, owner, cost_centre, team, project, provider, model, environment, end_user,
    tag_key || '=' || tag_value as tag,
    period, first_day, last_day, amount, currency,
    cast(requests as bigint) as requests,
    used_usd,
    cast(unpriced_requests as bigint) as unpriced_requests,
    hours, passed_hours, missing_hours, used_share, passed_share, pace,
    cast(used_usd as double) / nullif(passed_share, 0) as at_pace_usd,
    breached_on, breach_expected_on,
    list_max(list_filter(thresholds, lambda share: share <= used_share)) as passed_threshold,
    list_min(forecast_thresholds) as forecast_threshold,
    is_scope_recorded
from budget_progress
where is_running
order by number
