-- A stretch of requests, each with what its other tries cost now.
select scope.row_number, scope.timestamp_us, columns($fields), tried.costs
from repricing_scope as scope
left join (
    select tries.of_request, list(coalesce(new.cost, tries.cost_estimated) order by tries.row_number) as costs
    from repricing_tries as tries
    left join new_tries as new using (row_number)
    where not tries.is_own and coalesce(new.cost, tries.cost_estimated) is not null
    group by tries.of_request
) as tried on tried.of_request = scope.row_number
where scope.row_number between $first and $last and scope.is_open
