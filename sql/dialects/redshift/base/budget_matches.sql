-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- What counts for budgets of an end user or a tag: by local day, these budgets, team, project, environment and target.
-- `matched` has the numbers of the budgets as text: '0,3'. It is worked out once for all requests of the same end user and tags.
select
    "history_slots"."day_us", "matching"."matched", "requests"."team", "requests"."project", "requests"."environment",
    "requests"."provider", "requests"."model",
    count(*) as "requests",
    sum("requests"."cost_usd") as "cost_usd",
    sum("requests"."unpriced") as "unpriced_requests"
from "requests"
join "history_slots" on "history_slots"."slot_us" = "requests"."epoch_us" - "requests"."epoch_us" % $history_slot_us
join (
    select
        "asked"."end_user", "asked"."tags",
        listagg(cast("budget_settings"."number" as varchar), ',') within group (order by "budget_settings"."number")
            as "matched"
    from (
        select distinct coalesce("requests"."end_user", '') as "end_user", coalesce("requests"."tags", '{}') as "tags"
        from "requests"
        where "requests"."epoch_us" >= $history_from_us and "requests"."epoch_us" < $history_until_us
    ) as "asked"
    join "budget_settings" on
        "budget_settings"."needs_rows"
        and ("budget_settings"."end_user" is null or "budget_settings"."end_user" = "asked"."end_user")
        and ("budget_settings"."tag_key" is null or coalesce(
            json_extract_path_text("asked"."tags", "budget_settings"."tag_key", true)
                = "budget_settings"."tag_value",
            false
        ))
    group by "asked"."end_user", "asked"."tags"
) as "matching" on
    "matching"."end_user" = coalesce("requests"."end_user", '') and "matching"."tags" = coalesce("requests"."tags", '{}')
where "requests"."epoch_us" >= $history_from_us and "requests"."epoch_us" < $history_until_us
group by
    "history_slots"."day_us", "matching"."matched", "requests"."team", "requests"."project", "requests"."environment",
    "requests"."provider", "requests"."model"
