-- No budget asks for an end user or a tag: nothing is read for them.
select
    day_us, team as matched, team, project, environment, provider, model, requests, cost_usd, unpriced_requests
from cubes.history
where day_us is null
