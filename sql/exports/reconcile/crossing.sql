-- What requests cost that ended on a later UTC day than they began, by the day they began and by the one they ended: bills may have either.
select
    cast(make_timestamp(epoch_us) as date) as began,
    cast(make_timestamp(cast(epoch_us + 1000 * latency_ms as bigint)) as date) as ended,
    provider, model,
    sum(cost_usd) as cost_usd
from requests
where epoch_us >= $start_us and epoch_us < $until_us and cost_usd > 0 and latency_ms < 86400000
    and cast(make_timestamp(epoch_us) as date) <> cast(make_timestamp(cast(epoch_us + 1000 * latency_ms as bigint)) as date)
group by all
