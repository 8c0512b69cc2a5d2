-- Remember what the requests had that change. A row's place is counted among all rows of its moment and id.
insert into repriced_costs
select
    $repricing, 'telemetry', timestamp, request_id, place,
    cost_estimated, cache_savings_estimated, price_source, cost_source, unpriced_reason
from (
    select *, rowid as row_number, row_number() over (partition by timestamp, request_id order by rowid) as place
    from telemetry
    where request_id in (
        select request_id from repricing_scope join new_costs using (row_number) where outcome in ('changed', 'priced')
    )
)
where row_number in (select row_number from new_costs where outcome in ('changed', 'priced'))
