-- How many rows and values could not be used, whatever the period: they are counted here and in no sum.
-- By slot; rows without a usable time have none. Slots without anything to count have no row.
select
    epoch_us - epoch_us % $slot_us as slot_us,
    sum(case when not at_given then 1 else 0 end) as missing_timestamp,
    sum(bad_timestamp) as bad_timestamp,
    sum(case when epoch_us >= $now_us then 1 else 0 end) as future_timestamp,
    sum(bad_input_tokens) as bad_input_tokens,
    sum(bad_output_tokens) as bad_output_tokens,
    sum(bad_cost_estimated) as bad_cost_estimated,
    sum(bad_latency_ms) as bad_latency_ms,
    sum(bad_cache_savings_estimated) as bad_cache_savings_estimated
from requests
where epoch_us is null or epoch_us >= $now_us
    or bad_input_tokens + bad_output_tokens + bad_cost_estimated + bad_latency_ms + bad_cache_savings_estimated > 0
group by epoch_us - epoch_us % $slot_us
