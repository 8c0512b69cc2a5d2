-- One row a report of the collector about itself; one without a usable time has none, and still counts.
with
    (value, most) -> accurateCastOrNull(roundBankers(if(value between 0 and most, value, null)), 'Int64') as whole,
    (value, most) -> if(value is not null and not (value between 0 and most), 1, 0) as is_bad
select
    if(reports.timestamp >= 946684800000000, reports.timestamp, null) as epoch_us,
    whole(reports.recorded, 1000000000000000) as recorded,
    whole(reports.dropped, 1000000000000000) as dropped,
    whole(reports.quarantined, 1000000000000000) as quarantined,
    is_bad(reports.recorded, 1000000000000000) as bad_recorded,
    is_bad(reports.dropped, 1000000000000000) as bad_dropped,
    is_bad(reports.quarantined, 1000000000000000) as bad_quarantined,
    reports.unreadable_columns as unreadable_columns
from collector_health as reports
