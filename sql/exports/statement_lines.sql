-- What each team used in the period, by project, environment and target: the lines of its statement. NULL is a name that is not recorded.
select
    history.team, history.project, history.environment, history.provider, history.model,
    cast(sum(requests) as bigint) as requests,
    cast(sum(unpriced_requests) as bigint) as unpriced_requests,
    cast(sum(input_tokens) as bigint) as input_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens,
    known_cost(sum(cost_usd), sum(unpriced_requests)) as cost_usd
from cubes.history
join (select distinct day_us from history_calendar where slot_us >= (select start_us from period)) as days using (day_us)
group by all
order by team nulls last, cost_usd desc nulls last, requests desc, project nulls last, environment nulls last, provider, model
