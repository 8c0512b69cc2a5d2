-- Who counted the tokens of the requests of the period: the provider, an estimate of ours, or nobody ('none').
select
    usage_source,
    cast(sum(requests) as bigint) as requests,
    cast(sum(requests) / sum(sum(requests)) over () as double) as request_share,
    sum(cost_usd) as cost_usd,
    cast(sum(cost_usd) / nullif(sum(sum(cost_usd)) over (), 0) as double) as share
from cubes.price_sources_used
join calendar using (slot_us)
where in_period
group by usage_source
order by requests desc, usage_source
