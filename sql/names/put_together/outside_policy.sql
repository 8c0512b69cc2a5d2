-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.outside_policy set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.outside_policy set provider = 'other names' where provider not in (from kept_providers);
update cubes.outside_policy set team = 'other names' where team is not null and team not in (select team from kept_teams)
