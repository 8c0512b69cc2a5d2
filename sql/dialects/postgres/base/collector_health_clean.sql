-- One row a report of the collector about itself; one without a usable time has none, and still counts.
select
    case when timestamp >= 946684800000000 then timestamp end as epoch_us,
    case when recorded between 0 and 1000000000000000 then cast(recorded as bigint) end as recorded,
    case when dropped between 0 and 1000000000000000 then cast(dropped as bigint) end as dropped,
    case when quarantined between 0 and 1000000000000000 then cast(quarantined as bigint) end as quarantined,
    case when recorded is not null and not (recorded between 0 and 1000000000000000) then 1 else 0 end as bad_recorded,
    case when dropped is not null and not (dropped between 0 and 1000000000000000) then 1 else 0 end as bad_dropped,
    case when quarantined is not null and not (quarantined between 0 and 1000000000000000) then 1 else 0 end as bad_quarantined,
    unreadable_columns
from collector_health
