-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Requests that the settings' guardrails would forbid, by slot, guardrail, team and target; one is in it once for each that does.
-- Judged is what telemetry has: the provider and model that answered, the region if it is recorded, the tokens.
-- Patterns are to be literals there: `model_matches` is written of those of each guardrail.
select
    "forbidden"."slot_us", "forbidden"."guardrail", "forbidden"."team", "forbidden"."provider", "forbidden"."model",
    count(*) as "requests",
    sum("forbidden"."is_exempt") as "exempt_requests",
    sum("forbidden"."cost_usd") as "cost_usd",
    sum("forbidden"."unpriced") as "unpriced_requests"
from (
    select
        "requests"."epoch_us" - "requests"."epoch_us" % $slot_us as "slot_us",
        "policies"."guardrail", "requests"."team", "requests"."provider", "requests"."model", "requests"."cost_usd",
        "requests"."unpriced",
        case when "requests"."epoch_us" < "exempt"."until_us" then 1 else 0 end as "is_exempt"
    from "requests"
    cross join "policies"
    left join (
        select
            "policies"."guardrail", cast("one"."team" as varchar) as "team",
            max(cast("one"."until_us" as bigint)) as "until_us"
        from "policies", "policies"."exemptions" as "one"
        group by "policies"."guardrail", cast("one"."team" as varchar)
    ) as "exempt" on "exempt"."guardrail" = "policies"."guardrail" and "exempt"."team" = "requests"."team"
    where "requests"."epoch_us" >= $from_us and "requests"."epoch_us" < $until_us
        and (not "policies"."has_teams"
            or coalesce(array_contains("policies"."teams", "requests"."team"), false))
        and (
            ("policies"."has_providers" and "requests"."provider" <> 'not recorded'
                and not array_contains("policies"."providers", "requests"."provider"))
            or ("policies"."has_models" and "requests"."model" <> 'not recorded'
                and not $model_matches)
            or ("policies"."has_regions" and "requests"."inference_region" is not null
                and not array_contains("policies"."regions", "requests"."inference_region"))
            or coalesce("requests"."input_tokens" > "policies"."max_input_tokens", false)
            or coalesce("requests"."output_tokens" > "policies"."max_output_tokens", false)
        )
) as "forbidden"
group by "forbidden"."slot_us", "forbidden"."guardrail", "forbidden"."team", "forbidden"."provider", "forbidden"."model"
