-- Give requests their new cost.
update telemetry
set cost_estimated = new.cost, cache_savings_estimated = new.savings, price_source = new.price_source,
    cost_source = new.cost_source, unpriced_reason = new.unpriced_reason
from new_costs as new
where telemetry.rowid = new.row_number and new.outcome in ('changed', 'priced')
