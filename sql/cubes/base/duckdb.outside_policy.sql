-- Requests that the settings' guardrails would forbid, by slot, guardrail, team and target; one is in it once for each that does.
-- Judged is what telemetry has: the provider and model that answered, the region if it is recorded, the tokens.
select
    epoch_us - epoch_us % $slot_us as slot_us,
    policies.guardrail,
    requests.team, requests.provider, requests.model,
    count(*) as requests,
    count(*) filter (is_exempt) as exempt_requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests
from requests
join policies on (policies.teams is null or list_contains(policies.teams, requests.team))
cross join lateral (
    select len(list_filter(policies.exemptions, lambda one: one.team = requests.team and epoch_us < one.until_us)) > 0
        as is_exempt
) as exemption
where epoch_us >= $from_us and epoch_us < $until_us
    and (
        (policies.providers is not null and requests.provider <> 'not recorded'
            and not list_contains(policies.providers, requests.provider))
        or (policies.models is not null and requests.model <> 'not recorded'
            and len(list_filter(policies.models, lambda one: requests.model glob one)) = 0)
        or (policies.regions is not null and not list_contains(policies.regions, requests.inference_region))
        or input_tokens > policies.max_input_tokens
        or output_tokens > policies.max_output_tokens
    )
group by all
