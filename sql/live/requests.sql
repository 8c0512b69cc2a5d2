-- Requests as the live page sums them: costs and prices by the rules of the report's base view of requests.
-- `timestamp` stays as it is recorded, so that only what may be of the time asked for is read. A page may be of one team
-- alone: the variable `team`, NULL for all.
create temporary view live_requests as
select
    timestamp,
    request_id,
    epoch_us(timestamp) as epoch_us,
    coalesce(nullif(trim(provider), ''), 'not recorded') as provider,
    coalesce(nullif(trim(model), ''), 'not recorded') as model,
    nullif(trim(team), '') as team,
    nullif(trim(project), '') as project,
    nullif(trim(environment), '') as environment,
    nullif(trim(end_user), '') as end_user,
    tags,
    case when cost_estimated >= 0 and cost_estimated < 1e12 then cast(cost_estimated as decimal(28, 12)) end as cost_usd,
    coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens,
    case when status in ('error', 'blocked') then 1 else 0 end as failed,
    case when not coalesce(cost_estimated >= 0 and cost_estimated < 1e12, false)
            and (coalesce(status, '') not in ('error', 'blocked') or usage_source is not null) then 1 else 0 end as unpriced
from telemetry
where getvariable('team') is null or nullif(trim(team), '') = getvariable('team')
