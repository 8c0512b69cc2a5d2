-- Where prices, costs and counts of tokens came from, and why there is no price, by slot of time.
-- `cost_source` is that of a known cost; of a cost that is not known it is 'unknown', or 'failed' if the request failed
-- without anything on record that it used. `unpriced_reason` is that of 'unknown' costs alone. Rows are summed by what is
-- recorded and named then: a slot may have several rows of the same names.
select
    slot_us,
    coalesce(price_source, 'not recorded') as price_source,
    case when is_priced = 1 then coalesce(cost_source, 'not recorded') when unpriced = 1 then 'unknown' else 'failed' end
        as cost_source,
    case when usage_source is not null then usage_source when is_priced = 0 and unpriced = 0 then 'failed'
        else 'not recorded' end as usage_source,
    case when unpriced = 1 then coalesce(unpriced_reason, 'not recorded') end as unpriced_reason,
    requests,
    cost_usd,
    tokens
from (
    select
        slot_us, price_source, cost_source, usage_source, unpriced_reason, unpriced, is_priced,
        count(*) as requests,
        sum(cost_usd) as cost_usd,
        sum(tokens) as tokens
    from (
        select
            epoch_us - epoch_us % $slot_us as slot_us,
            price_source, cost_source, usage_source, unpriced_reason, unpriced,
            case when cost_usd is null then 0 else 1 end as is_priced,
            coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens,
            cost_usd
        from requests
        where epoch_us >= $from_us and epoch_us < $until_us
    ) slotted
    group by slot_us, price_source, cost_source, usage_source, unpriced_reason, unpriced, is_priced
) summed
