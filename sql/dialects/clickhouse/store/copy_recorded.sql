-- The requests recorded within these bounds that have one of the ids asked for, or whose answers do.
select request_id, provider, response_id, input_tokens, output_tokens, timestamp
from telemetry
where request_id in (select request_id from finops_asked where request_id is not null)
    and (timestamp is null or timestamp between parseDateTime64BestEffort({since:String}, 6, 'UTC')
        and parseDateTime64BestEffort({until:String}, 6, 'UTC'))
union all
select request_id, provider, response_id, input_tokens, output_tokens, timestamp
from telemetry
where response_id in (select response_id from finops_asked where response_id is not null)
    and timestamp between parseDateTime64BestEffort({since:String}, 6, 'UTC')
        and parseDateTime64BestEffort({until:String}, 6, 'UTC')
format CSV
