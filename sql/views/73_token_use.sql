-- What tokens went for in the period, in all (no provider) and by model: output over input, input read from caches, output that was reasoning, and what attempts that failed used.
-- The cache hit rate and the share of reasoning are of the requests that record it. NULL: not recorded, or nothing to divide by.
with asked as (
    select
        provider, model,
        sum(requests) as requests,
        coalesce(sum(input_tokens), 0) as input_tokens,
        coalesce(sum(output_tokens), 0) as output_tokens,
        sum(reads_known_input_tokens) as reads_known_input_tokens,
        sum(reads_known_read_tokens) as reads_known_read_tokens,
        sum(reasoning_known_output_tokens) as reasoning_known_output_tokens,
        sum(reasoning_known_tokens) as reasoning_known_tokens
    from spend_by_day
    where in_period
    group by grouping sets ((), (provider, model))
), tried as (
    select provider, model, sum(tokens) as attempt_tokens, sum(case when outcome <> 'ok' then tokens else 0 end) as wasted_tokens
    from cubes.attempts
    join calendar using (slot_us)
    where in_period and outcome <> 'skipped'
    group by grouping sets ((), (provider, model))
)
select
    coalesce(asked.provider, tried.provider) as provider,
    coalesce(asked.model, tried.model) as model,
    coalesce(requests, 0) as requests,
    coalesce(input_tokens, 0) as input_tokens,
    coalesce(output_tokens, 0) as output_tokens,
    output_tokens / nullif(input_tokens, 0) as output_per_input,
    reads_known_read_tokens / nullif(reads_known_input_tokens, 0) as cache_hit_rate,
    reasoning_known_tokens / nullif(reasoning_known_output_tokens, 0) as reasoning_share,
    attempt_tokens,
    wasted_tokens,
    wasted_tokens / nullif(attempt_tokens, 0) as wasted_share
from asked
full join tried on tried.provider is not distinct from asked.provider and tried.model is not distinct from asked.model
order by coalesce(asked.provider, tried.provider) is not null, coalesce(input_tokens, 0) + coalesce(output_tokens, 0) desc, 1, 2
