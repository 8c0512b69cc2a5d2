-- What the collector says it recorded, dropped and could not read in the period; reports of it without a time count, too.
select
    cast(sum(recorded) as bigint) as recorded,
    cast(sum(dropped) as bigint) as dropped,
    cast(sum(quarantined) as bigint) as quarantined
from cubes.collector_losses
left join calendar using (slot_us)
where in_period or slot_us is null
