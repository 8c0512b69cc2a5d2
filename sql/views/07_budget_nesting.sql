-- Which budget is directly within which: its scope is a part of the other's, over a period no longer, and nothing lies between.
-- Two budgets of the same scope and period are within neither.
with ranked as (
    select *, list_position(['day', 'week', 'month', 'quarter', 'year'], period) as length from budget_settings
), within as (
    select outside.number as outer_number, inside.number
    from ranked as outside
    join ranked as inside
        on (outside.team is null or outside.team = inside.team)
        and (outside.project is null or outside.project = inside.project)
        and (outside.provider is null or outside.provider = inside.provider)
        and (outside.model is null or outside.model = inside.model)
        and (outside.environment is null or outside.environment = inside.environment)
        and (outside.end_user is null or outside.end_user = inside.end_user)
        and (outside.tag_key is null or (outside.tag_key, outside.tag_value) = (inside.tag_key, inside.tag_value))
        and outside.length >= inside.length
    where outside.number <> inside.number
), one_way as (
    select * from within
    where (number, outer_number) not in (select (outer_number, number) from within)
)
select outer_number, number
from one_way
where not exists (
    select 1 from one_way as upper
    join one_way as lower on lower.outer_number = upper.number
    where upper.outer_number = one_way.outer_number and lower.number = one_way.number
)
