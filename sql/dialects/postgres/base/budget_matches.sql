-- What counts for budgets of an end user or a tag: by local day, these budgets, team, project, environment and target.
-- `matched` has the numbers of the budgets as text: '0,3'. A tag is looked up by its key as it is written.
select
    day_us, matched, team, project, environment, provider, model,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests
from (
    select
        history_slots.day_us, team, project, environment, provider, model, cost_usd, unpriced,
        (
            select string_agg(cast(asked.number as text), ',' order by asked.number)
            from budget_settings as asked
            where asked.needs_rows
                and (asked.end_user is null or asked.end_user = requests.end_user)
                and (asked.tag_key is null or requests.tags #>> array[asked.tag_key] = asked.tag_value)
        ) as matched
    from requests
    join history_slots on history_slots.slot_us = epoch_us - epoch_us % $history_slot_us
    where epoch_us >= $history_from_us and epoch_us < $history_until_us
) matching
where matched <> ''
group by day_us, matched, team, project, environment, provider, model
