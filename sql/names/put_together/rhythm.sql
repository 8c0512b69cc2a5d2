-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.rhythm set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.rhythm set provider = 'other names' where provider not in (from kept_providers);
update cubes.rhythm set team = 'other names' where divided_by = 'team' and team is not null
    and team not in (select team from kept_teams)
