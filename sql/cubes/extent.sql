-- What the telemetry spans: first and last usable moment, and how many rows there are.
select
    min(case when epoch_us < $now_us then epoch_us end) as first_us,
    max(case when epoch_us < $now_us then epoch_us end) as last_us,
    count(*) as rows_read
from requests
