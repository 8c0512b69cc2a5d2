-- What a provider and a model are called on both sides.
select
    unnest($provider::varchar[]) as provider,
    unnest($model::varchar[]) as model,
    unnest($provider_key::varchar[]) as provider_key,
    unnest($model_key::varchar[]) as model_key
