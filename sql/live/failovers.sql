-- The newest ways in which requests moved on from a target that failed them, or was kept away, to another: how often, and when last.
-- Of a time with very many failures only the newest requests are followed: `most_requests`.
with troubled as (
    select request_id
    from live_tries
    where timestamp >= make_timestamp($since_us) and timestamp < make_timestamp($until_us) and outcome <> 'ok'
    group by request_id
    order by max(epoch_us) desc, request_id
    limit $most_requests
), moves as (
    select
        epoch_us, provider, model, reason, outcome,
        lead(provider) over tries as to_provider,
        lead(model) over tries as to_model
    from live_tries
    semi join troubled using (request_id)
    where timestamp >= make_timestamp($since_us) and timestamp < make_timestamp($until_us)
    window tries as (partition by request_id order by attempt)
)
select
    max(epoch_us) as last_us, provider, model, to_provider, to_model, reason,
    count(*) as times
from moves
where outcome not in ('ok', 'cancelled') and to_provider is not null and (provider, model) <> (to_provider, to_model)
group by provider, model, to_provider, to_model, reason
order by last_us desc, provider, model, to_provider, to_model, reason
limit $most_rows
