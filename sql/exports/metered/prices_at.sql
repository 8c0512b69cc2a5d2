-- Which price each target had in each stretch of time, for requests of more than `above_tokens` and up to `upto_tokens` of input.
select
    unnest($provider::varchar[]) as provider,
    unnest($model::varchar[]) as model,
    unnest($requested_model::varchar[]) as requested_model,
    unnest($service_tier::varchar[]) as service_tier,
    unnest($speed::varchar[]) as speed,
    unnest($inference_region::varchar[]) as inference_region,
    unnest($step_us::bigint[]) as step_us,
    unnest($above_tokens::bigint[]) as above_tokens,
    unnest($upto_tokens::bigint[]) as upto_tokens,
    unnest($price_id::integer[]) as price_id
