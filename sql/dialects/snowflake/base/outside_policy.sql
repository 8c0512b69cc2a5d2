-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Requests that the settings' guardrails would forbid, by slot, guardrail, team and target; one is in it once for each that does.
-- Judged is what telemetry has: the provider and model that answered, the region if it is recorded, the tokens.
-- Regular expressions match the whole text there, and know no groups without a number.
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
            "policies"."guardrail", cast(get("one"."VALUE", 'team') as varchar) as "team",
            max(cast(get("one"."VALUE", 'until_us') as bigint)) as "until_us"
        from "policies"
        cross join lateral flatten(input => "policies"."exemptions") as "one"
        group by "policies"."guardrail", cast(get("one"."VALUE", 'team') as varchar)
    ) as "exempt" on "exempt"."guardrail" = "policies"."guardrail" and "exempt"."team" = "requests"."team"
    where "requests"."epoch_us" >= $from_us and "requests"."epoch_us" < $until_us
        and (not "policies"."has_teams"
            or coalesce(array_contains(cast("requests"."team" as variant), "policies"."teams"), false))
        and (
            ("policies"."has_providers" and "requests"."provider" <> 'not recorded'
                and not array_contains(cast("requests"."provider" as variant), "policies"."providers"))
            or ("policies"."has_models" and "requests"."model" <> 'not recorded'
                and not regexp_like(
                    "requests"."model",
                    replace(concat('(', array_to_string("policies"."models", ')|('), ')'), '(^(?:', '(('),
                    's'
                ))
            or ("policies"."has_regions" and "requests"."inference_region" is not null
                and not array_contains(cast("requests"."inference_region" as variant), "policies"."regions"))
            or coalesce("requests"."input_tokens" > "policies"."max_input_tokens", false)
            or coalesce("requests"."output_tokens" > "policies"."max_output_tokens", false)
        )
) as "forbidden"
group by "forbidden"."slot_us", "forbidden"."guardrail", "forbidden"."team", "forbidden"."provider", "forbidden"."model"
