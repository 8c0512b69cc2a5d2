-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Answered requests with a cost that carry a tag of work that is not urgent, by local day, target and how they were served.
-- Only those whose tokens are known, and that used nothing else that is charged for.
select
    "slots"."day_us", "requests"."provider", "requests"."model", "requests"."service_tier", "requests"."speed",
    "requests"."inference_region",
    count(*) as "requests",
    sum("requests"."cost_usd") as "cost_usd",
    sum("requests"."input_tokens") as "input_tokens",
    sum("requests"."output_tokens") as "output_tokens",
    sum(coalesce("requests"."cache_read_input_tokens", 0)) as "cache_read_input_tokens",
    sum(coalesce("requests"."cache_write_input_tokens", 0)) as "cache_write_input_tokens"
from "requests"
join "slots" on "slots"."slot_us" = "requests"."epoch_us" - "requests"."epoch_us" % $slot_us
join (
    select distinct "asked"."tags"
    from (
        select distinct "requests"."tags"
        from "requests"
        where "requests"."epoch_us" >= $from_us and "requests"."epoch_us" < $until_us
    ) as "asked"
    join "not_urgent_tags" on
        json_extract_path_text("asked"."tags", "not_urgent_tags"."tag_key", true) = "not_urgent_tags"."tag_value"
) as "tagged" on "tagged"."tags" = "requests"."tags"
where "requests"."epoch_us" >= $from_us and "requests"."epoch_us" < $until_us
    and "requests"."failed" = 0 and "requests"."cost_usd" is not null and "requests"."input_tokens" is not null
    and "requests"."output_tokens" is not null and "requests"."other_units" is null
group by
    "slots"."day_us", "requests"."provider", "requests"."model", "requests"."service_tier", "requests"."speed",
    "requests"."inference_region"
