-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.attribution set team = 'other names' where divided_by = 'team' and team is not null
    and (team, coalesce(project, '')) not in (select (team, project) from kept_teams);
update cubes.attribution set project = 'other names' where divided_by = 'team' and project is not null
    and (team = 'other names' or (coalesce(team, ''), project) not in (select (team, project) from kept_teams));
update cubes.attribution set environment = 'other names' where divided_by = 'environment' and environment is not null
    and environment not in (from kept_environments)
