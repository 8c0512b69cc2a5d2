-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.workload set strategy = 'other names' where strategy not in (from kept_strategies);
update cubes.workload set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.workload set provider = 'other names' where provider not in (from kept_providers)
