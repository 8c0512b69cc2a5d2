-- One row an attempt with values that can be summed; without those the router gave up or left out on purpose: they are no failures.
select
    epoch_us(try_cast(timestamp as timestamp)) as epoch_us,
    request_id,
    try_cast(attempt as integer) as attempt,
    coalesce(nullif(trim(provider), ''), 'not recorded') as provider,
    coalesce(nullif(trim(model), ''), 'not recorded') as model,
    coalesce(nullif(trim(outcome), ''), 'not recorded') as outcome,
    case
        when outcome = 'skipped' then coalesce(nullif(trim(error_type), ''), 'resting after failures')
        else coalesce(nullif(trim(error_type), ''), 'not recorded')
    end as error_type,
    case when try_cast(latency_ms as double) >= 0 and try_cast(latency_ms as double) < 1e12
        then try_cast(latency_ms as double) end as latency_ms,
    coalesce(case when try_cast(input_tokens as bigint) >= 0 then try_cast(input_tokens as bigint) end, 0)
        + coalesce(case when try_cast(output_tokens as bigint) >= 0 then try_cast(output_tokens as bigint) end, 0) as tokens,
    case when try_cast(cost_estimated as double) >= 0 and try_cast(cost_estimated as double) < 1e12
        then cast(try_cast(cost_estimated as double) as decimal(28, 12)) end as cost_usd
from attempts
where error_type is distinct from 'hedged' and error_type is distinct from 'at_limit'
