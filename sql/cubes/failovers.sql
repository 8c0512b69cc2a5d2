-- Each time a request moved on from a provider that failed it (or was resting after failures) to another one.
select
    slot_us, from_provider, to_provider, error_type,
    count(*) as events,
    sum(recovered) as recovered
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        provider as from_provider,
        lead(provider) over (partition by request_id order by attempt) as to_provider,
        max(case when outcome = 'ok' then 1 else 0 end) over (partition by request_id) as recovered,
        error_type,
        outcome
    from attempts_clean
    where epoch_us >= $from_us and epoch_us < $until_us
        and request_id in (
            select request_id from attempts_clean
            where epoch_us >= $from_us and epoch_us < $until_us and outcome <> 'ok'
        )
) moves
where outcome <> 'ok' and to_provider <> from_provider
group by slot_us, from_provider, to_provider, error_type
