-- Which price table priced the requests of the period.
select price_source, requests, coalesce(cost_usd, 0) as cost_usd
from price_sources
order by requests desc, price_source
