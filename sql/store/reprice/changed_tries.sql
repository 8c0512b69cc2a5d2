-- The tries whose cost changes: those beside the own one of a request that could be priced, and the own ones.
create or replace temp table changed_tries as
select tries.row_number, tries.timestamp_us, tries.request_id, new.cost, new.cost_source
from new_tries as new
join repricing_tries as tries using (row_number)
join new_costs as request on request.row_number = new.of_request and request.outcome <> 'kept'
where new.is_changed
union all
select tries.row_number, tries.timestamp_us, tries.request_id, request.own_cost, request.own_source
from repricing_tries as tries
join new_costs as request on request.row_number = tries.of_request and request.outcome <> 'kept'
where tries.is_own
    and (tries.cost_estimated is distinct from request.own_cost or tries.cost_source is distinct from request.own_source)
