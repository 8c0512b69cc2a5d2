-- The requests of the period as they are recorded, a column a field, in the order of time.
select * exclude (unreadable_columns)
from telemetry
where timestamp >= make_timestamp($start_us) and timestamp < make_timestamp($until_us)
order by timestamp, request_id
