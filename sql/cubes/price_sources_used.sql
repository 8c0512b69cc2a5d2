-- Where the prices came from, by slot of time.
select slot_us, price_source, count(*) as requests, sum(cost_usd) as cost_usd
from (
    select
        epoch_us - epoch_us % $slot_us as slot_us,
        coalesce(price_source, 'not recorded') as price_source,
        cost_usd
    from requests
    where epoch_us >= $from_us and epoch_us < $until_us
) slotted
group by slot_us, price_source
