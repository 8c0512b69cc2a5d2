-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.not_urgent set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.not_urgent set provider = 'other names' where provider not in (from kept_providers)
