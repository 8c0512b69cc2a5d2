-- The names that a report keeps apart, the most used: there can be millions, and few are ever looked at.
-- Far more than anybody has: of these a page is some megabytes.
create table kept_strategies as
select strategy from coarse.spend group by strategy order by sum(requests) desc, strategy limit 100;

create table kept_providers as
select provider from used_targets group by provider order by sum(uses) desc, provider limit 300;

create table kept_models as
select provider, model from used_targets group by provider, model order by sum(uses) desc, provider, model limit 40000;

create table kept_teams as
select coalesce(team, '') as team, coalesce(project, '') as project
from cubes.attribution
where divided_by = 'team'
group by coalesce(team, ''), coalesce(project, '')
order by sum(requests) desc, team, project
limit 20000;

create table kept_environments as
select environment from cubes.attribution
where divided_by = 'environment' and environment is not null
group by environment order by sum(requests) desc, environment limit 300;

create table kept_errors as
select outcome, error_type from cubes.attempts group by outcome, error_type order by sum(attempts) desc, outcome, error_type limit 300;

create table kept_failovers as
select from_provider, to_provider, error_type
from cubes.failovers
group by from_provider, to_provider, error_type
order by sum(events) desc, from_provider, to_provider, error_type
limit 10000;

create table kept_fallbacks as
select from_provider, from_model, to_provider, to_model
from cubes.fallbacks
group by from_provider, from_model, to_provider, to_model
order by sum(requests) desc, from_provider, from_model, to_provider, to_model
limit 10000;

create table kept_guardrails as
select guardrail, action from cubes.guardrail_decisions
group by guardrail, action order by sum(decisions) desc, guardrail, action limit 300;

create table kept_sources as
select price_source, cost_source, usage_source, coalesce(unpriced_reason, '') as unpriced_reason
from cubes.price_sources_used
group by price_source, cost_source, usage_source, coalesce(unpriced_reason, '')
order by sum(requests) desc, price_source, cost_source, usage_source, unpriced_reason
limit 1000
