-- What a collector lost since its last report, or a loader set aside: at the moment of its loss, else now.
insert into collector_health (timestamp, host, pid, recorded, dropped, quarantined, note)
values (
    coalesce(timestamp 'epoch' + $at_us::bigint * interval '1 microsecond', now() at time zone 'UTC'),
    $host, $pid, $recorded, $dropped, $quarantined, $note
)
