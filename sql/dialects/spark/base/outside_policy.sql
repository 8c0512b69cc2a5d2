-- Requests that the settings' guardrails would forbid, by slot, guardrail, team and target; one is in it once for each that does.
-- Judged is what telemetry has: the provider and model that answered, the region if it is recorded, the tokens.
select
    slot_us, guardrail, team, provider, model,
    count(*) as requests,
    sum(is_exempt) as exempt_requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        policies.guardrail,
        requests.team, requests.provider, requests.model, requests.cost_usd, requests.unpriced,
        case when exists(policies.exemptions, one -> one.team <=> requests.team and epoch_us < one.until_us) then 1 else 0 end
            as is_exempt
    from requests
    join policies on (policies.teams is null or array_contains(policies.teams, requests.team))
    where epoch_us >= $from_us and epoch_us < $until_us
        and (
            (policies.providers is not null and requests.provider <> 'not recorded'
                and not array_contains(policies.providers, requests.provider))
            or (policies.models is not null and requests.model <> 'not recorded'
                and not exists(policies.models, one -> requests.model rlike concat('(?s)', one)))
            or (policies.regions is not null and not array_contains(policies.regions, requests.inference_region))
            or input_tokens > policies.max_input_tokens
            or output_tokens > policies.max_output_tokens
        )
) as forbidden
group by slot_us, guardrail, team, provider, model
