-- One row a report of the collector about itself; one without a usable time has none, and still counts.
select
    epoch_us(try_cast(timestamp as timestamp)) as epoch_us,
    recorded,
    dropped,
    quarantined
from collector_health
