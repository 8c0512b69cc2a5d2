-- What rows span by UTC hour, as the cube `extent` asks it; rows without a usable time have no hour.
select
    epoch_us - epoch_us % 3600000000 as hour_us,
    min(case when epoch_us < $now_us then epoch_us end) as first_us,
    max(case when epoch_us <= $moment_us then epoch_us end) as last_us,
    max(epoch_us) as latest_us,
    count(*) as requests
from requests
group by epoch_us - epoch_us % 3600000000
