-- Keep what some requests cost now, and what became of each.
insert into new_costs
select
    unnest($rows::bigint[]), unnest($outcomes::varchar[]), unnest($own_costs::double[]), unnest($own_sources::varchar[]), unnest($costs::double[]),
    unnest($savings::double[]), unnest($price_sources::varchar[]), unnest($cost_sources::varchar[]), unnest($reasons::varchar[])
