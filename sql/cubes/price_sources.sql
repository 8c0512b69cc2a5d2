-- Where the prices came from.
select coalesce(price_source, 'not recorded') as price_source, count(*) as requests, sum(cost_usd) as cost_usd
from requests
where epoch_us >= $from_us and epoch_us < $until_us
group by coalesce(price_source, 'not recorded')
