-- Give tries their new cost.
update attempts
set cost_estimated = new.cost, cost_source = new.cost_source
from changed_tries as new
where attempts.rowid = new.row_number
