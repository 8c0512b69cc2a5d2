-- Throw away what is of no part that is known.
delete from kept.cubes.price_sources_used where part not in (select unnest($parts::bigint[]))
