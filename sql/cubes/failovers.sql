-- Each time a request moved on from a provider that failed it (or was resting after failures) to another one.
select
    slot_us, from_provider, to_provider, error_type,
    count(*) as events,
    sum(recovered) as recovered
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        provider as from_provider,
        lead(provider) over (
            partition by request_id order by attempt, epoch_us, provider, outcome, error_type
        ) as to_provider,
        max(case when outcome = 'ok' then 1 else 0 end) over (partition by request_id) as recovered,
        error_type,
        outcome
    from troubled_attempts
) moves
where outcome <> 'ok' and to_provider <> from_provider
group by slot_us, from_provider, to_provider, error_type
