-- What each strategy's name promises: low cost, low latency, or neither.
select
    strategy,
    case
        when regexp_matches(lower(strategy), 'cost|cheap|price|budget') then 'cost'
        when regexp_matches(lower(strategy), 'perf|latency|fast|speed') then 'performance'
        else 'other'
    end as intent
from (select distinct strategy from spend_by_day)
order by strategy
