-- What became of the requests whose cost may be changed, by provider and model, and what they cost before and after.
select
    scope.provider, scope.model, new.outcome, count(*),
    sum(cast(scope.cost_estimated as decimal(28, 12))),
    sum(cast(if(new.outcome = 'kept', scope.cost_estimated, new.cost) as decimal(28, 12)))
from repricing_scope as scope
join new_costs as new using (row_number)
group by all
order by all
