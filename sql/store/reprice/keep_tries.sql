-- Remember what the tries had that change.
insert into repriced_costs by name
select
    $repricing as repricing, 'attempts' as table_name, timestamp, request_id, place, cost_estimated, cost_source
from (
    select *, rowid as row_number, row_number() over (partition by timestamp, request_id order by rowid) as place
    from attempts
    where request_id in (select request_id from changed_tries)
)
where row_number in (select row_number from changed_tries)
