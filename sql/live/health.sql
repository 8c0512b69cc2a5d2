-- How each provider did lately: tries that ended by themselves, how many failed, and the median time of those answered.
select
    provider,
    count(*) as tries,
    count(*) filter (outcome <> 'ok') as failed_tries,
    count(*) filter (outcome <> 'ok') / count(*) as failed_share,
    median(latency_ms) filter (outcome = 'ok') as p50_ms
from live_tries
where timestamp >= make_timestamp($since_us) and timestamp < make_timestamp($until_us)
    and outcome not in ('skipped', 'cancelled')
group by provider
order by provider
