-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
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
        case when cardinality(filter(policies.exemptions, one ->
            coalesce(one.team = requests.team, false) and requests.epoch_us < one.until_us)) > 0 then 1 else 0 end as is_exempt
    from requests
    join policies on (policies.teams is null or contains(policies.teams, requests.team))
    where epoch_us >= $from_us and epoch_us < $until_us
        and (
            (policies.providers is not null and requests.provider <> 'not recorded'
                and not contains(policies.providers, requests.provider))
            or (policies.models is not null and requests.model <> 'not recorded'
                and cardinality(filter(policies.models, one -> regexp_like(requests.model, concat('(?s)', one)))) = 0)
            or (policies.regions is not null and not contains(policies.regions, requests.inference_region))
            or input_tokens > policies.max_input_tokens
            or output_tokens > policies.max_output_tokens
        )
) as forbidden
group by slot_us, guardrail, team, provider, model
