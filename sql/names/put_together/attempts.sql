-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.attempts set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.attempts set provider = 'other names' where provider not in (from kept_providers);
update cubes.attempts set outcome = 'other names', error_type = 'other names'
where (outcome, error_type) not in (select (outcome, error_type) from kept_errors) and outcome not in ('ok', 'skipped');
update cubes.attempts set error_type = 'other names'
where (outcome, error_type) not in (select (outcome, error_type) from kept_errors)
