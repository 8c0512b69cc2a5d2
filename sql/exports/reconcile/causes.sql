-- Why the bill and the estimate differ, by UTC day and target: each cause takes its part of what those before it left, and the rest is the rest.
-- So the causes add up to the difference exactly. Prices of tokens are the bill's before discounts, or the estimate's if it has none of a kind.
with accounts as (
    select
        day, provider_key, model_key,
        sum(billed_usd - stated_usd) as currency_usd,
        coalesce(sum(stated_usd) filter (not is_tracked), 0) as other_accounts_usd,
        coalesce(sum(stated_usd) filter (is_tracked), 0) as tracked_usd,
        coalesce(sum(list_usd) filter (is_tracked), 0) as tracked_list_usd
    from lines
    where billed_usd is not null
    group by all
), tiers as (
    select
        day, provider_key, model_key,
        sum(cast(case
            when billed.quantity is not null then greatest(
                cast(billed.quantity as double) - coalesce(cast(same.quantity as double), 0), 0
            ) * (cast(billed.list_usd as double) / nullif(cast(billed.quantity as double), 0) - usual.price)
            when same.quantity is null and tiers = 1 then cast(billed.list_usd as double) - usual.cost_usd
        end as decimal(28, 12))) as tier_usd
    from (
        select
            day, provider_key, model_key, token_class, tier,
            sum(list_usd) as list_usd,
            case when count(quantity) = count(*) then sum(quantity) end as quantity
        from lines
        where is_tracked and billed_usd is not null
        group by all
    ) as billed
    join (
        select day, provider_key, model_key, token_class, count(distinct tier) as tiers
        from lines
        where is_tracked and billed_usd is not null
        group by all
    ) as told using (day, provider_key, model_key, token_class)
    left join estimated as same using (day, provider_key, model_key, token_class, tier)
    join (
        select
            day, provider_key, model_key, token_class, cast(cost_usd as double) as cost_usd,
            cast(cost_usd as double) / nullif(cast(quantity as double), 0) as price
        from estimated
        where tier = ''
    ) as usual using (day, provider_key, model_key, token_class)
    where billed.tier <> ''
    group by all
), valued as (
    select
        *,
        token_class in ('input', 'cache_read', 'cache_write') as is_input,
        token_class like 'cache%' as is_cache,
        coalesce(billed_price, estimated_price) as price,
        case
            when not is_billed then 0
            when billed_quantity is not null then cast(billed_quantity as double)
            else cast(list_usd as double) / estimated_price
        end - cast(estimated_quantity + unpriced_tokens as double) as more_tokens
    from classes
), parted as (
    select
        day, provider_key, model_key,
        sum(billed_usd) as billed_usd,
        sum(estimated_usd) as estimated_usd,
        bool_or(is_billed) as is_billed,
        bool_or(is_recorded) as is_recorded,
        bool_or(is_billed and token_class <> 'other') and not bool_or(is_recorded and token_class = 'whole') as has_classes,
        coalesce(bool_and(billed_quantity is not null) filter (is_billed and token_class <> 'other'), false) as has_counts,
        coalesce(sum(unpriced_tokens), 0) as unpriced_tokens,
        sum(cast(unpriced_tokens as double) * price) as unpriced_usd,
        coalesce(bool_or(is_billed) filter (is_cache), false) <> coalesce(bool_or(estimated_quantity > 0) filter (is_cache), false)
            as cache_is_one_sided,
        sum(list_usd - estimated_usd) filter (is_input) as input_usd,
        sum(more_tokens * price) filter (is_input) - sum(more_tokens) filter (is_input) * max(price) filter (token_class = 'input')
            as cache_usd,
        sum(cast(estimated_quantity as double) * (billed_price - estimated_price)) as price_usd,
        sum(more_tokens) filter (is_input) * max(price) filter (token_class = 'input') as more_input_usd,
        sum(more_tokens * price) filter (token_class = 'output') as more_output_usd
    from valued
    group by all
), moved as (
    select day, provider_key, model_key, sum(cost_usd) as moved_usd
    from (
        select ended as day, provider, model, cost_usd from crossing
        union all
        select began, provider, model, -cost_usd from crossing
    ) as each_end
    join same_names using (provider, model)
    group by all
), failed as (
    select day, provider_key, model_key, sum(cost_usd) as failed_usd
    from failed_tries
    join same_names using (provider, model)
    group by all
), first_causes as (
    select
        parted.*,
        coalesce(currency_usd, 0) as currency_usd,
        coalesce(case when is_recorded or failed_usd > 0 then other_accounts_usd else other_accounts_usd + tracked_usd end, 0)
            as untracked_usd,
        coalesce(tracked_usd - tracked_list_usd, 0) as list_discount_usd,
        coalesce(tracked_list_usd, 0) as tracked_list_usd,
        case when has_classes then coalesce(tier_usd, 0) else 0 end as tier_usd,
        coalesce(failed_usd, 0) as failed_usd,
        coalesce(moved_usd, 0) as moved_usd
    from parted
    left join accounts using (day, provider_key, model_key)
    left join tiers using (day, provider_key, model_key)
    left join failed using (day, provider_key, model_key)
    left join moved using (day, provider_key, model_key)
), known as (
    select
        *,
        is_billed and (is_recorded or failed_usd > 0) as is_compared,
        cast(case
            when unpriced_tokens = 0 or not is_billed then 0
            when estimated_usd = 0 and (unpriced_usd is null or not has_counts) then cast(tracked_list_usd - tier_usd as double)
            else coalesce(unpriced_usd, 0)
        end as decimal(28, 12)) as unpriced_cause_usd,
        cast(case
            when not has_classes or not is_billed or unpriced_tokens > 0 and not has_counts then 0
            when has_counts then coalesce(cache_usd, 0)
            when cache_is_one_sided then coalesce(cast(input_usd as double), 0)
            else 0
        end as decimal(28, 12)) as cache_cause_usd,
        cast(case when has_classes and has_counts then least(coalesce(price_usd, 0) - cast(tier_usd as double), 0) else 0 end
            as decimal(28, 12)) as price_discount_usd,
        cast(case when has_classes and has_counts then coalesce(more_input_usd, 0) + coalesce(more_output_usd, 0) else 0 end
            as decimal(28, 12)) as more_usd
    from first_causes
), after_prices as (
    select
        *,
        case when is_compared then list_discount_usd + price_discount_usd else 0 end as discount_usd,
        cast(billed_usd - estimated_usd as decimal(38, 18)) as variance_usd
    from known
), after_failed as (
    select
        *,
        case when is_compared then greatest(least(left_usd, failed_usd), 0) else 0 end as failed_cause_usd
    from (
        select
            *,
            variance_usd - currency_usd - untracked_usd
                - case when is_compared then discount_usd + tier_usd + unpriced_cause_usd + cache_cause_usd else 0 end as left_usd
        from after_prices
    ) as before_failed
), after_days as (
    select
        *,
        left_usd - failed_cause_usd as left_after_failed_usd,
        case
            when moved_usd > 0 then greatest(least(left_usd - failed_cause_usd, moved_usd), 0)
            else least(greatest(left_usd - failed_cause_usd, moved_usd), 0)
        end as boundary_cause_usd
    from after_failed
)
select
    day, provider_key as provider, model_key as model,
    cast(billed_usd as decimal(38, 18)) as billed_usd,
    cast(estimated_usd as decimal(38, 18)) as estimated_usd,
    variance_usd,
    cast(currency_usd as decimal(38, 18)) as currency_usd,
    cast(untracked_usd + more_cause_usd as decimal(38, 18)) as untracked_usd,
    cast(discount_usd as decimal(38, 18)) as discount_usd,
    cast(case when is_compared then tier_usd else 0 end as decimal(38, 18)) as tier_usd,
    cast(case when is_compared then unpriced_cause_usd else 0 end as decimal(38, 18)) as unpriced_usd,
    cast(case when is_compared then cache_cause_usd else 0 end as decimal(38, 18)) as cache_usd,
    cast(failed_cause_usd as decimal(38, 18)) as failed_usd,
    cast(boundary_cause_usd as decimal(38, 18)) as boundary_usd,
    cast(left_after_failed_usd - boundary_cause_usd - more_cause_usd as decimal(38, 18)) as rest_usd,
    is_billed, is_recorded
from (
    select
        *,
        case when is_compared and more_usd > 0 then greatest(least(left_after_failed_usd - boundary_cause_usd, more_usd), 0) else 0 end
            as more_cause_usd
    from after_days
) as with_more
order by day, provider, model
