-- What the collector says it recorded, dropped and could not read, over its whole life.
select
    cast(recorded as bigint) as recorded,
    cast(dropped as bigint) as dropped,
    cast(quarantined as bigint) as quarantined
from losses
