-- Providers and models by how often requests and attempts used them.
create view used_targets as
select provider, model, requests as uses from coarse.spend
union all
select provider, model, attempts as uses from cubes.attempts
