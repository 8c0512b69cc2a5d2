-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.failovers set from_provider = 'other names', to_provider = 'other names', error_type = 'other names'
where (from_provider, to_provider, error_type) not in (select (from_provider, to_provider, error_type) from kept_failovers);
update cubes.failovers set from_provider = 'other names' where from_provider not in (from kept_providers);
update cubes.failovers set to_provider = 'other names' where to_provider not in (from kept_providers)
