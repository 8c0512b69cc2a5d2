-- Throw away the rows that are followed of parts that are not known.
delete from kept.followed.attempts where part not in (select unnest($parts::bigint[]))
