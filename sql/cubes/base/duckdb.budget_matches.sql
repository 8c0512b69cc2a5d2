-- What counts for budgets of an end user or a tag: by local day, these budgets, team, project, environment and target.
-- `matched` has the numbers of the budgets as text: '0,3'. `tags` is JSON; the key of a tag is taken as it is written,
-- whatever signs are in it (RFC 6901).
select
    day_us, matched, team, project, environment, provider, model,
    count(*) as requests,
    sum(cost_usd) as cost_usd,
    sum(unpriced) as unpriced_requests
from (
    select
        history_slots.day_us, team, project, environment, provider, model, cost_usd, unpriced,
        array_to_string(list_transform(list_filter(asked.budgets, lambda one:
            (one.end_user is null or one.end_user = requests.end_user)
            and (one.tag is null or requests.tags ->> one.tag = one.tag_value)
        ), lambda one: one.number), ',') as matched
    from requests
    join history_slots on history_slots.slot_us = epoch_us - epoch_us % $history_slot_us
    cross join (
        select list({
            'number': number, 'end_user': end_user, 'tag_value': tag_value,
            'tag': '/' || replace(replace(tag_key, '~', '~0'), '/', '~1')
        } order by number) as budgets
        from budget_settings
        where needs_rows
    ) as asked
    where epoch_us >= $history_from_us and epoch_us < $history_until_us
) matching
where matched <> ''
group by all
