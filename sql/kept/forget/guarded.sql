-- Throw away what is of no part that is known.
delete from kept.cubes.guarded where part not in (select unnest($parts::bigint[]))
