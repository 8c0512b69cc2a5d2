-- How many requests are left as they are because of whose amount they have, and what they cost.
select source, count(*), sum(cast(cost_estimated as decimal(28, 12)))
from repricing_scope
where not is_open
group by source
order by source
