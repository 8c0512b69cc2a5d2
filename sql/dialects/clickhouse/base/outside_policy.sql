-- Requests that the settings' guardrails would forbid, by slot, guardrail, team and target; one is in it once for each that does.
-- Judged is what telemetry has: the provider and model that answered, the region if it is recorded, the tokens.
select
    requests.epoch_us - requests.epoch_us % $slot_us as slot_us,
    policies.guardrail as guardrail,
    requests.team as team, requests.provider as provider, requests.model as model,
    count() as requests,
    sum(if(arrayExists(one -> ifNull(one.1 = requests.team, false) and requests.epoch_us < one.2, policies.exemptions), 1, 0))
        as exempt_requests,
    sum(requests.cost_usd) as cost_usd,
    sum(requests.unpriced) as unpriced_requests
from requests
cross join policies
where requests.epoch_us >= $from_us and requests.epoch_us < $until_us
    and (not policies.has_teams or ifNull(has(policies.teams, requests.team), false))
    and (
        (policies.has_providers and requests.provider <> 'not recorded' and not has(policies.providers, requests.provider))
        or (policies.has_models and requests.model <> 'not recorded'
            and not arrayExists(one -> match(requests.model, one), policies.models))
        or (policies.has_regions and requests.inference_region is not null
            and not has(policies.regions, requests.inference_region))
        or ifNull(requests.input_tokens > policies.max_input_tokens, false)
        or ifNull(requests.output_tokens > policies.max_output_tokens, false)
    )
group by slot_us, guardrail, team, provider, model
