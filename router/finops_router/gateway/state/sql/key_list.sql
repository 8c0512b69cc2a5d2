select
    id, name, team, project, environment, allowed_groups, budgets, requests_per_minute, tokens_per_minute, concurrency,
    created_us, expires_us, revoked_us
from gateway_keys
order by created_us, id
