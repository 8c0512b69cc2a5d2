-- What the collector itself says it dropped or set aside.
select sum(recorded) as recorded, sum(dropped) as dropped, sum(quarantined) as quarantined
from collector_health
