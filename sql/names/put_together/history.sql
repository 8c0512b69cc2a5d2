-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.history set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.history set provider = 'other names' where provider not in (from kept_providers);
update cubes.history set team = 'other names' where team is not null
    and (team, coalesce(project, '')) not in (select (team, project) from kept_teams);
update cubes.history set project = 'other names' where project is not null
    and (team = 'other names' or (coalesce(team, ''), project) not in (select (team, project) from kept_teams));
update cubes.history set environment = 'other names' where environment is not null
    and environment not in (from kept_environments)
