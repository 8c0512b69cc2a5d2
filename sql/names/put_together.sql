-- Put together what is not kept, under one name each; views sum by name, so the cubes need no new sums.
update cubes.spend set strategy = 'other names' where strategy not in (from kept_strategies);
update cubes.spend set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.spend set provider = 'other names' where provider not in (from kept_providers);
update cubes.latency set strategy = 'other names' where strategy not in (from kept_strategies);
update cubes.latency set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.latency set provider = 'other names' where provider not in (from kept_providers);
update cubes.ttft set strategy = 'other names' where strategy not in (from kept_strategies);
update cubes.ttft set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.ttft set provider = 'other names' where provider not in (from kept_providers);
update cubes.workload set strategy = 'other names' where strategy not in (from kept_strategies);
update cubes.workload set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.workload set provider = 'other names' where provider not in (from kept_providers);
update cubes.attempts set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.attempts set provider = 'other names' where provider not in (from kept_providers);
update cubes.attempts set outcome = 'other names', error_type = 'other names'
where (outcome, error_type) not in (select (outcome, error_type) from kept_errors) and outcome not in ('ok', 'skipped');
update cubes.attempts set error_type = 'other names'
where (outcome, error_type) not in (select (outcome, error_type) from kept_errors);
update cubes.attribution set team = 'other names' where divided_by = 'team' and team is not null
    and (team, coalesce(project, '')) not in (select (team, project) from kept_teams);
update cubes.attribution set project = 'other names' where divided_by = 'team' and project is not null
    and (team = 'other names' or (coalesce(team, ''), project) not in (select (team, project) from kept_teams));
update cubes.attribution set environment = 'other names' where divided_by = 'environment' and environment is not null
    and environment not in (from kept_environments);
update cubes.failovers set from_provider = 'other names', to_provider = 'other names', error_type = 'other names'
where (from_provider, to_provider, error_type) not in (select (from_provider, to_provider, error_type) from kept_failovers);
update cubes.failovers set from_provider = 'other names' where from_provider not in (from kept_providers);
update cubes.failovers set to_provider = 'other names' where to_provider not in (from kept_providers);
update cubes.fallbacks
set from_provider = 'other names', from_model = 'other names', to_provider = 'other names', to_model = 'other names'
where (from_provider, from_model, to_provider, to_model)
    not in (select (from_provider, from_model, to_provider, to_model) from kept_fallbacks);
update cubes.price_sources_used set price_source = 'other names', cost_source = 'other names', usage_source = 'other names',
    unpriced_reason = case when unpriced_reason is not null then 'other names' end
where (price_source, cost_source, usage_source, coalesce(unpriced_reason, ''))
    not in (select (price_source, cost_source, usage_source, unpriced_reason) from kept_sources);
update cubes.history set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.history set provider = 'other names' where provider not in (from kept_providers);
update cubes.rhythm set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.rhythm set provider = 'other names' where provider not in (from kept_providers);
update cubes.history set team = 'other names' where team is not null
    and (team, coalesce(project, '')) not in (select (team, project) from kept_teams);
update cubes.history set project = 'other names' where project is not null
    and (team = 'other names' or (coalesce(team, ''), project) not in (select (team, project) from kept_teams));
update cubes.history set environment = 'other names' where environment is not null
    and environment not in (from kept_environments);
update cubes.rhythm set team = 'other names' where divided_by = 'team' and team is not null
    and team not in (select team from kept_teams);
update cubes.budget_matches set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.budget_matches set provider = 'other names' where provider not in (from kept_providers);
update cubes.budget_matches set team = 'other names' where team is not null
    and (team, coalesce(project, '')) not in (select (team, project) from kept_teams);
update cubes.budget_matches set project = 'other names' where project is not null
    and (team = 'other names' or (coalesce(team, ''), project) not in (select (team, project) from kept_teams));
update cubes.budget_matches set environment = 'other names' where environment is not null
    and environment not in (from kept_environments);
update cubes.not_urgent set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.not_urgent set provider = 'other names' where provider not in (from kept_providers)
