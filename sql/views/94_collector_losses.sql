-- What the collector says it recorded, dropped and could not read, over its whole life.
select
    cast(sum(recorded) as bigint) as recorded,
    cast(sum(dropped) as bigint) as dropped,
    cast(sum(quarantined) as bigint) as quarantined
from cubes.collector_losses
