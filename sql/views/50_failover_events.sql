-- Who stood in for whom: how often requests left a provider for another, why, and how many were answered in the end.
select
    from_provider, to_provider, error_type,
    cast(sum(events) as bigint) as events,
    cast(sum(recovered) as bigint) as recovered
from cubes.failovers
join calendar using (slot_us)
where in_period
group by from_provider, to_provider, error_type
order by events desc, from_provider, to_provider, error_type
