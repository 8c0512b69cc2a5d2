-- What counts for budgets of an end user or a tag: by local day, these budgets, team, project, environment and target.
-- `matched` has the numbers of the budgets as text: '0,3'. A tag is looked up by its key as it is written.
select
    matching.day_us as day_us, matched, matching.team as team, matching.project as project, matching.environment as environment,
    matching.provider as provider, matching.model as model,
    count() as requests,
    sum(matching.cost_usd) as cost_usd,
    sum(matching.unpriced) as unpriced_requests
from (
    select
        history_slots.day_us as day_us, team, project, environment, provider, model, cost_usd, unpriced,
        arrayStringConcat(arrayMap(one -> toString(one.1), arrayFilter(
            one -> (one.2 is null or ifNull(one.2 = requests.end_user, false))
                and (one.3 is null or ifNull(
                    if(JSONType(requests.tags, ifNull(one.3, '')) = 'String',
                        JSONExtractString(requests.tags, ifNull(one.3, '')),
                        nullIf(nullIf(JSONExtractRaw(requests.tags, ifNull(one.3, '')), 'null'), '')
                    ) = one.4, false)),
            asked.budgets
        )), ',') as matched
    from requests
    join history_slots on history_slots.slot_us = requests.epoch_us - requests.epoch_us % $history_slot_us
    cross join (
        select arraySort(one -> one.1, groupArray((number, end_user, tag_key, tag_value))) as budgets
        from budget_settings
        where needs_rows
    ) as asked
    where requests.epoch_us >= $history_from_us and requests.epoch_us < $history_until_us
) as matching
where matched <> ''
group by day_us, matched, team, project, environment, provider, model
