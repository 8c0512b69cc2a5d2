-- What the collector itself says it dropped or set aside, by slot of time, whatever the period.
select
    epoch_us - epoch_us % $slot_us as slot_us,
    sum(recorded) as recorded,
    sum(dropped) as dropped,
    sum(quarantined) as quarantined
from collector_health_clean
group by epoch_us - epoch_us % $slot_us
