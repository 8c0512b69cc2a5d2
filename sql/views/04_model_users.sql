-- What each team and project used of each model in the period, as far as the history reaches; NULL is a name that is not recorded.
select
    provider, model, team, project,
    sum(requests) as requests,
    sum(cost_usd) as cost_usd,
    sum(input_tokens) as input_tokens,
    coalesce(sum(cache_read_input_tokens), 0) as cached_tokens,
    sum(cache_savings_usd) as savings_usd
from cubes.history
join (select distinct day_us from history_calendar where slot_us >= (select start_us from period)) as days using (day_us)
group by all
