-- Give tries what they had before a repricing.
update attempts
set cost_estimated = old.cost_estimated, cost_source = old.cost_source
from (
    select placed.row_number, kept.*
    from repriced_costs as kept
    join (
        select timestamp, request_id, rowid as row_number, row_number() over (partition by timestamp, request_id order by rowid) as place
        from attempts
        where request_id in (select request_id from repriced_costs where repricing = $repricing and table_name = 'attempts')
    ) as placed using (timestamp, request_id, place)
    where kept.repricing = $repricing and kept.table_name = 'attempts'
) as old
where attempts.rowid = old.row_number
