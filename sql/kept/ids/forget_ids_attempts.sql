-- Throw away the ids of parts that are not known.
delete from kept.ids.attempts where part not in (select unnest($parts::bigint[]))
