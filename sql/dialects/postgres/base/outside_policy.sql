-- Requests that the settings' guardrails would forbid, by slot, guardrail, team and target; one is in it once for each that does.
-- Judged is what telemetry has: the provider and model that answered, the region if it is recorded, the tokens.
select
    epoch_us - epoch_us % $slot_us as slot_us,
    policies.guardrail,
    requests.team, requests.provider, requests.model,
    count(*) as requests,
    sum(case when is_exempt then 1 else 0 end) as exempt_requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests
from requests
join policies on (policies.teams is null or requests.team = any(policies.teams))
cross join lateral (
    select exists (
        select 1 from json_to_recordset(policies.exemptions) as one (team text, until_us bigint)
        where one.team = requests.team and epoch_us < one.until_us
    ) as is_exempt
) as exemption
where epoch_us >= $from_us and epoch_us < $until_us
    and (
        (policies.providers is not null and requests.provider <> 'not recorded'
            and not requests.provider = any(policies.providers))
        or (policies.models is not null and requests.model <> 'not recorded'
            and not coalesce(requests.model ~ any(policies.models), false))
        or (policies.regions is not null and not requests.inference_region = any(policies.regions))
        or input_tokens > policies.max_input_tokens
        or output_tokens > policies.max_output_tokens
    )
group by slot_us, policies.guardrail, requests.team, requests.provider, requests.model
