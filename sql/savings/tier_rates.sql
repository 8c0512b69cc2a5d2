-- The cheapest tier that answers later, and the share of the price that it costs, for what the price table has in one.
select
    unnest($provider::varchar[]) as provider,
    unnest($model::varchar[]) as model,
    unnest($service_tier::varchar[]) as service_tier,
    unnest($speed::varchar[]) as speed,
    unnest($inference_region::varchar[]) as inference_region,
    unnest($tier::varchar[]) as tier,
    unnest($cost_ratio::double[]) as cost_ratio
