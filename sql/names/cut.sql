-- How many names were cut because they are long, customers and what only tells sources of costs apart included.
select count(*)
from (
    select strategy as name from coarse.spend
    union select provider from used_targets
    union select model from used_targets
    union select unnest([team, project, environment, end_user]) from cubes.attribution
    union select unnest([outcome, error_type]) from cubes.attempts
    union select unnest([guardrail, action, team]) from cubes.guardrail_decisions
    union select unnest([price_source, cost_source, usage_source, unpriced_reason]) from cubes.price_sources_used
)
where is_cut_name(name)
