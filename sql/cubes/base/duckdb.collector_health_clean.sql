-- One row a report of the collector about itself; one without a usable time has none, and still counts.
select
    case when epoch_us(timestamp) >= 946684800000000 then epoch_us(timestamp) end as epoch_us,
    case when typed_recorded between 0 and 1000000000000000 then cast(typed_recorded as bigint) end as recorded,
    case when typed_dropped between 0 and 1000000000000000 then cast(typed_dropped as bigint) end as dropped,
    case when typed_quarantined between 0 and 1000000000000000 then cast(typed_quarantined as bigint) end as quarantined,
    case when typed_recorded is not null and not (typed_recorded between 0 and 1000000000000000) then 1 else 0 end as bad_recorded,
    case when typed_dropped is not null and not (typed_dropped between 0 and 1000000000000000) then 1 else 0 end as bad_dropped,
    case when typed_quarantined is not null and not (typed_quarantined between 0 and 1000000000000000) then 1 else 0 end
        as bad_quarantined,
    unreadable_columns
from (
    select
        timestamp, unreadable_columns,
        try_cast(recorded as double) as typed_recorded,
        try_cast(dropped as double) as typed_dropped,
        try_cast(quarantined as double) as typed_quarantined
    from collector_health
) typed
