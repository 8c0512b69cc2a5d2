-- Forget parts whose rows are others by now.
delete from kept.main.kept_cubes_parts where part in (select unnest($parts::bigint[]))
