-- Throw away the rows that are followed of parts that are not known.
delete from kept.followed.telemetry where part not in (select unnest($parts::bigint[]))
