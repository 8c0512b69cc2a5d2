-- Where attempts are not recorded: one request_id with rows of several providers moved from the earlier to the later one.
select
    slot_us, from_provider, to_provider,
    'not recorded' as error_type,
    count(*) as events,
    sum(recovered) as recovered
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        provider as from_provider,
        lead(provider) over (partition by request_id order by epoch_us, provider) as to_provider,
        max(case when output_tokens > 0 and failed = 0 then 1 else 0 end) over (partition by request_id) as recovered
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us
        and request_id in (select request_id from recurring_ids)
) moves
where to_provider <> from_provider
group by slot_us, from_provider, to_provider
