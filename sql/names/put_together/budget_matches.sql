-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.budget_matches set model = 'other names' where (provider, model) not in (select (provider, model) from kept_models);
update cubes.budget_matches set provider = 'other names' where provider not in (from kept_providers);
update cubes.budget_matches set team = 'other names' where team is not null
    and (team, coalesce(project, '')) not in (select (team, project) from kept_teams);
update cubes.budget_matches set project = 'other names' where project is not null
    and (team = 'other names' or (coalesce(team, ''), project) not in (select (team, project) from kept_teams));
update cubes.budget_matches set environment = 'other names' where environment is not null
    and environment not in (from kept_environments)
