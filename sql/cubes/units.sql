-- What a company counted of its business outcomes, by its own days, by name and team.
select day, name, team, sum(quantity) as quantity
from units_clean
where day is not null and name is not null and quantity is not null
group by day, name, team
