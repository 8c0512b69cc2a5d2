-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
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
        epoch_us - mod(epoch_us, $slot_us) as slot_us,
        policies.guardrail,
        requests.team, requests.provider, requests.model, requests.cost_usd, requests.unpriced,
        case when exists(
            select 1 from unnest(policies.exemptions) as one
            where coalesce(json_value(one, '$.team') = requests.team, false)
                and requests.epoch_us < cast(json_value(one, '$.until_us') as int64)
        ) then 1 else 0 end as is_exempt
    from requests
    cross join policies
    where epoch_us >= $from_us and epoch_us < $until_us
        and (not policies.has_teams or exists(select 1 from unnest(policies.teams) as one where one = requests.team))
        and (
            (policies.has_providers and requests.provider <> 'not recorded'
                and not exists(select 1 from unnest(policies.providers) as one where one = requests.provider))
            or (policies.has_models and requests.model <> 'not recorded'
                and not exists(
                    select 1 from unnest(policies.models) as one where regexp_contains(requests.model, concat('(?s)', one))
                ))
            or (policies.has_regions and requests.inference_region is not null
                and not exists(select 1 from unnest(policies.regions) as one where one = requests.inference_region))
            or coalesce(input_tokens > policies.max_input_tokens, false)
            or coalesce(output_tokens > policies.max_output_tokens, false)
        )
) as forbidden
group by slot_us, guardrail, team, provider, model
