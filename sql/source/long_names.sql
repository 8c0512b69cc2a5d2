-- One row if any name is so long that it would be cut. DuckDB knows the longest text of most columns of its files, and reads none of these for it.
select 1
from telemetry
where strlen(strategy) > 512 or strlen(provider) > 512 or strlen(model) > 512 or strlen(team) > 512 or strlen(project) > 512
    or strlen(environment) > 512 or strlen(end_user) > 512 or strlen(requested_model) > 512 or strlen(price_source) > 512
    or strlen(cost_source) > 512 or strlen(usage_source) > 512 or strlen(unpriced_reason) > 512 or strlen(service_tier) > 512
    or strlen(speed) > 512 or strlen(inference_region) > 512
union all
select 1
from attempts
where strlen(provider) > 512 or strlen(model) > 512 or strlen(outcome) > 512 or strlen(error_type) > 512
union all
select 1
from guardrail_events
where strlen(guardrail) > 512 or strlen(action) > 512 or strlen(team) > 512
union all
select 1
from billed_costs
where strlen(provider) > 512 or strlen(model) > 512 or strlen(line_item) > 512 or strlen(account) > 512
limit 1
