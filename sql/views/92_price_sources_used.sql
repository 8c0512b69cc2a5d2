-- Which price table priced the requests of the period.
select price_source, cast(sum(requests) as bigint) as requests, coalesce(sum(cost_usd), 0) as cost_usd
from cubes.price_sources_used
join calendar using (slot_us)
where in_period
group by price_source
order by requests desc, price_source
