-- Throw away what is of no part that is known.
delete from kept.cubes.end_users where part not in (select unnest($parts::bigint[]))
