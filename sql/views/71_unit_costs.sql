-- What a thousand requests and a million tokens cost in the period: in all, and by model, team, environment and customer, the ten with the most spend of each.
-- Both are means of what has a known price; what has none stands beside them. A division of which no name is recorded is left out.
with sums as (
    select
        'all' as divided_by, cast(null as varchar) as provider, cast(null as varchar) as name,
        sum(requests) as requests, sum(cost_usd) as cost_usd, sum(unpriced_requests) as unpriced_requests,
        sum(priced_requests) as priced_requests, sum(priced_tokens) as priced_tokens
    from spend_by_day
    where in_period
    union all by name
    select
        'model' as divided_by, provider, model as name,
        sum(requests) as requests, sum(cost_usd) as cost_usd, sum(unpriced_requests) as unpriced_requests,
        sum(priced_requests) as priced_requests, sum(priced_tokens) as priced_tokens
    from spend_by_day
    where in_period
    group by provider, model
    union all by name
    select
        divided_by,
        case divided_by when 'team' then team when 'environment' then environment else end_user end as name,
        sum(requests) as requests, sum(cost_usd) as cost_usd, sum(unpriced_requests) as unpriced_requests,
        sum(priced_requests) as priced_requests, sum(priced_tokens) as priced_tokens
    from cubes.attribution
    join calendar using (slot_us)
    where in_period
    group by 1, 2
), ranked as (
    select
        *,
        case when divided_by = 'end_user' then 'customer' else divided_by end as division,
        row_number() over (
            partition by divided_by order by cost_usd desc nulls last, requests desc, provider, name
        ) as rank,
        divided_by = 'all' or bool_or(coalesce(name, 'not recorded') <> 'not recorded') over (partition by divided_by) as is_recorded
    from sums
    where requests > 0
)
select
    division as divided_by, provider, name, rank, requests,
    known_cost(cost_usd, unpriced_requests) as cost_usd,
    unpriced_requests,
    thousandfold(cost_usd, priced_requests) as cost_per_thousand_requests_usd,
    millionfold(cost_usd, priced_tokens) as cost_per_million_tokens_usd
from ranked
where is_recorded and rank <= 10
order by array_position(['all', 'team', 'model', 'environment', 'customer'], division), rank
