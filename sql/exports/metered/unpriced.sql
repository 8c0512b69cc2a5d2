-- Which requests of the period have no known price and are therefore in no amount, and why, the most tokens first.
select
    provider, model, coalesce(unpriced_reason, 'not recorded') as reason,
    count(*) as requests,
    cast(coalesce(sum(input_tokens), 0) as bigint) as input_tokens,
    cast(coalesce(sum(output_tokens), 0) as bigint) as output_tokens
from requests
where epoch_us >= $start_us and epoch_us < $until_us and unpriced = 1
group by all
order by coalesce(sum(input_tokens), 0) + coalesce(sum(output_tokens), 0) desc, provider, model, reason
