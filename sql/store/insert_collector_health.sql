-- What the collector lost since its last report.
insert into collector_health values (now() at time zone 'UTC', $host, $pid, $recorded, $dropped, $quarantined, $note)
