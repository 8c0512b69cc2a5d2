-- The measures of AI cost that the FinOps Foundation names, as far as requests and attempts of the period tell them.
-- An inference is a request with a known price, a call is an attempt with one. NULL: not recorded, or nothing to divide by.
select
    cast(sum(cost_usd) / nullif(sum(priced_requests), 0) as double) as cost_per_inference_usd,
    cast(sum(cost_usd) / nullif(sum(priced_tokens), 0) as double) as cost_per_token_usd,
    (
        select cast(sum(attempts.cost_usd) / nullif(sum(priced_attempts), 0) as double)
        from cubes.attempts
        join calendar using (slot_us)
        where in_period and outcome <> 'skipped'
    ) as cost_per_call_usd,
    (select 1 - wasted_share from token_use where provider is null) as token_yield,
    (
        select
            case when bool_or(team is not null)
                then cast(sum_if(cost_usd, team is not null) / nullif(sum(cost_usd), 0) as double) end
        from cubes.attribution
        join calendar using (slot_us)
        where in_period and divided_by = 'team'
    ) as allocation_coverage
from spend_by_day
where in_period
