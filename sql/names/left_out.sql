-- Of which names there are more than are kept: how many there are, and how many are put together.
select what, names, cast(names - kept as bigint) as left_out
from (
    select 1 as place, 'strategies' as what, (select count(distinct strategy) from coarse.spend) as names,
        (select count(*) from kept_strategies) as kept
    union all
    select 2, 'providers', (select count(distinct provider) from used_targets), (select count(*) from kept_providers)
    union all
    select 3, 'models', (select count(*) from (select distinct provider, model from used_targets)),
        (select count(*) from kept_models)
    union all
    select 4, 'teams and projects', (
        select count(*)
        from (select distinct coalesce(team, ''), coalesce(project, '') from cubes.attribution where divided_by = 'team')
    ), (select count(*) from kept_teams)
    union all
    select 5, 'environments', (select count(distinct environment) from cubes.attribution where divided_by = 'environment'),
        (select count(*) from kept_environments)
    union all
    select 6, 'errors', (select count(*) from (select distinct outcome, error_type from cubes.attempts)),
        (select count(*) from kept_errors)
    union all
    select 7, 'failovers', (select count(*) from (select distinct from_provider, to_provider, error_type from cubes.failovers)),
        (select count(*) from kept_failovers)
    union all
    select 8, 'fallbacks',
        (select count(*) from (select distinct from_provider, from_model, to_provider, to_model from cubes.fallbacks)),
        (select count(*) from kept_fallbacks)
    union all
    select 9, 'sources of costs', (
        select count(*)
        from (
            select distinct price_source, cost_source, usage_source, coalesce(unpriced_reason, '')
            from cubes.price_sources_used
        )
    ), (select count(*) from kept_sources)
    union all
    select 10, 'guardrails and actions', (
        select count(*) from (select distinct guardrail, action from cubes.guardrail_decisions)
    ), (select count(*) from kept_guardrails)
)
where names > kept
order by place
