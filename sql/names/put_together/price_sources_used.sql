-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.price_sources_used set price_source = 'other names', cost_source = 'other names', usage_source = 'other names',
    unpriced_reason = case when unpriced_reason is not null then 'other names' end
where (price_source, cost_source, usage_source, coalesce(unpriced_reason, ''))
    not in (select (price_source, cost_source, usage_source, unpriced_reason) from kept_sources)
