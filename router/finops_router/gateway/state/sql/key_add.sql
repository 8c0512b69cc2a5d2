insert into gateway_keys (
    id, name, team, project, environment, allowed_groups, budgets, requests_per_minute, tokens_per_minute, concurrency,
    created_us, expires_us
)
values (
    :id, :name, :team, :project, :environment, :allowed_groups, :budgets, :requests_per_minute, :tokens_per_minute,
    :concurrency, :created_us, :expires_us
)
