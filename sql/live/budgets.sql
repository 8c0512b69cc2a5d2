-- How far each budget is used in its period under way, by its scope; `pace` is the share used over the share passed.
-- Rows are summed first by all that budgets tell apart, so that each of these meets each budget once. Periods begin at
-- `starts_us`, in the order of `periods`, the first of them at `from_us`; end users and tags are told apart only if a budget
-- asks for them. `tags` is JSON; the key of a tag is taken as it is written, whatever signs are in it (RFC 6901).
with budgets as (
    select
        unnest($number::integer[]) as number,
        unnest($period::varchar[]) as period,
        unnest($team::varchar[]) as team,
        unnest($project::varchar[]) as project,
        unnest($provider::varchar[]) as provider,
        unnest($model::varchar[]) as model,
        unnest($environment::varchar[]) as environment,
        unnest($end_user::varchar[]) as end_user,
        unnest($tag_key::varchar[]) as tag_key,
        unnest($tag_value::varchar[]) as tag_value,
        cast(unnest($amount::varchar[]) as double) as amount,
        cast(unnest($rate::varchar[]) as double) as rate
), periods as (
    select
        unnest($periods::varchar[]) as period,
        unnest($starts_us::bigint[]) as start_us,
        unnest($ends_us::bigint[]) as end_us
), wanted as (
    select bool_or(end_user is not null) as by_end_user, bool_or(tag_key is not null) as by_tags
    from budgets
), spent as (
    select
        list_filter($starts_us::bigint[], lambda start_us: start_us <= epoch_us) as starts,
        team, project, environment, provider, model,
        case when wanted.by_end_user then end_user end as end_user,
        case when wanted.by_tags then tags end as tags,
        count(*) as requests,
        sum(cost_usd) as cost_usd,
        sum(unpriced) as unpriced_requests
    from live_requests
    cross join wanted
    where timestamp >= make_timestamp($from_us) and timestamp < make_timestamp($until_us)
    group by all
), used as (
    select
        budgets.number,
        cast(coalesce(sum(spent.requests), 0) as bigint) as requests,
        case when coalesce(sum(spent.unpriced_requests), 0) = 0
            then coalesce(sum(spent.cost_usd), 0) else sum(spent.cost_usd) end as used_usd,
        cast(coalesce(sum(spent.unpriced_requests), 0) as bigint) as unpriced_requests
    from budgets
    join periods using (period)
    left join spent
        on list_contains(spent.starts, periods.start_us)
        and (budgets.team is null or budgets.team = spent.team)
        and (budgets.project is null or budgets.project = spent.project)
        and (budgets.provider is null or budgets.provider = spent.provider)
        and (budgets.model is null or budgets.model = spent.model)
        and (budgets.environment is null or budgets.environment = spent.environment)
        and (budgets.end_user is null or budgets.end_user = spent.end_user)
        and (budgets.tag_key is null
            or spent.tags ->> ('/' || replace(replace(budgets.tag_key, '~', '~0'), '/', '~1')) = budgets.tag_value)
    group by budgets.number
)
select
    used.number, used.requests, used.used_usd, used.unpriced_requests,
    cast(used.used_usd as double) * budgets.rate / budgets.amount as used_share,
    ($until_us - periods.start_us) / (periods.end_us - periods.start_us) as passed_share,
    cast(used.used_usd as double) * budgets.rate / budgets.amount
        / nullif(($until_us - periods.start_us) / (periods.end_us - periods.start_us), 0) as pace,
    used.unpriced_requests / nullif(used.requests, 0) as unpriced_share
from used
join budgets using (number)
join periods on periods.period = budgets.period
order by used.number
