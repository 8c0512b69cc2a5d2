-- Every provider and model that is billed or recorded, and whether it is recorded.
select provider, model, max(is_recorded) = 1 as is_recorded
from (
    select provider, model, 0 as is_recorded from billed
    union all
    select provider, model, 1 from meter_rows
    union all
    select provider, model, 1 from unpriced_cells
    union all
    select provider, model, 1 from failed_tries
) found
group by provider, model
order by provider, model
