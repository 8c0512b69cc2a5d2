-- What tries cost that another one had to answer for, or none did, by UTC day: they are in no request's cost, and may be billed.
select cast(make_timestamp(epoch_us) as date) as day, provider, model, sum(cost_usd) as cost_usd
from attempts_clean
where epoch_us >= $start_us and epoch_us < $until_us and outcome not in ('ok', 'skipped') and cost_usd > 0
group by all
