-- Throw away the ids of parts that are not known.
delete from kept.ids.telemetry where part not in (select unnest($parts::bigint[]))
