-- Put together what is not kept, under one name each; views sum by name, so the cube needs no new sums.
update cubes.guardrail_decisions set guardrail = 'other names', action = 'other names'
where (guardrail, action) not in (select (guardrail, action) from kept_guardrails);
update cubes.guardrail_decisions set team = 'other names' where team is not null and team not in (select team from kept_teams)
