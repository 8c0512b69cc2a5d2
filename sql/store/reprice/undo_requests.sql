-- Give requests what they had before a repricing.
update telemetry
set cost_estimated = old.cost_estimated, cache_savings_estimated = old.cache_savings_estimated,
    price_source = old.price_source, cost_source = old.cost_source, unpriced_reason = old.unpriced_reason
from (
    select placed.row_number, kept.*
    from repriced_costs as kept
    join (
        select timestamp, request_id, rowid as row_number, row_number() over (partition by timestamp, request_id order by rowid) as place
        from telemetry
        where request_id in (select request_id from repriced_costs where repricing = $repricing and table_name = 'telemetry')
    ) as placed using (timestamp, request_id, place)
    where kept.repricing = $repricing and kept.table_name = 'telemetry'
) as old
where telemetry.rowid = old.row_number
