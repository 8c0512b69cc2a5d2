-- The requests that are asked for. `is_open`: the cost may be changed, for it is unknown or of one of the sources named.
create or replace temp table repricing_scope as
select
    rowid as row_number,
    epoch_us(timestamp) as timestamp_us,
    columns($fields),
    coalesce(cost_source, 'unknown') as source,
    cost_estimated is null or list_contains($sources::varchar[], coalesce(cost_source, 'unknown')) as is_open
from telemetry
where timestamp >= make_timestamp($from_us::bigint)
    and timestamp < make_timestamp($until_us::bigint)
    and request_id is not null
    and ($provider::varchar is null or provider = $provider)
    and ($model::varchar is null or model = $model)
