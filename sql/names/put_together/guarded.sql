-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.guarded set team = 'other names' where team is not null and team not in (select team from kept_teams)
