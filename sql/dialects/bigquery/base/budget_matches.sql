-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- What counts for budgets of an end user or a tag: by local day, these budgets, team, project, environment and target.
-- `matched` has the numbers of the budgets as text: '0,3'. A tag is looked up by its key as it is written.
select
    day_us, matched, team, project, environment, provider, model,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests
from (
    select
        day_us, team, project, environment, provider, model, cost_usd, unpriced,
        (
            select string_agg(cast(one.number as string), ',' order by one.number)
            from unnest(budgets) as one
            where (one.end_user is null or coalesce(one.end_user = requested.end_user, false))
                and (one.tag_key is null or coalesce(json_value(requested.tags_by_key[one.tag_key]) = one.tag_value, false))
        ) as matched
    from (
        select
            history_slots.day_us, team, project, environment, provider, model, cost_usd, unpriced, requests.end_user,
            safe.parse_json(tags) as tags_by_key
        from requests
        join history_slots on history_slots.slot_us = epoch_us - mod(epoch_us, $history_slot_us)
        where epoch_us >= $history_from_us and epoch_us < $history_until_us
    ) as requested
    cross join (
        select array_agg(struct(number, end_user, tag_key, tag_value)) as budgets
        from budget_settings
        where needs_rows
    ) as asked
) as matching
where matched <> ''
group by day_us, matched, team, project, environment, provider, model
