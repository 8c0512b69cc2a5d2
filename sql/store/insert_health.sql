-- What the collector recorded, dropped or could not read since it last said so.
insert into collector_health values (now() at time zone 'UTC', $host, $pid, $recorded, $dropped, $quarantined, $note)
