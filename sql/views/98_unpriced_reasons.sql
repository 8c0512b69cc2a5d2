-- Why requests of the period have no known price: of the model, of how it was served, of units that were used, or for want of counts.
select
    unpriced_reason,
    cast(sum(requests) as bigint) as requests,
    cast(sum(tokens) as bigint) as tokens
from cubes.price_sources_used
join calendar using (slot_us)
where in_period and unpriced_reason is not null
group by unpriced_reason
order by requests desc, unpriced_reason
