-- What prices are needed for: each target as it was served, by the stretch of time within which no price changes.
select distinct
    provider, model, requested_model, service_tier, speed, inference_region, epoch_us - epoch_us % $step_us as step_us
from requests
where epoch_us >= $start_us and epoch_us < $until_us and cost_usd is not null
order by all
