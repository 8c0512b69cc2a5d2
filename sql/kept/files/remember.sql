-- Remember what the ends of files say.
insert into kept.main.kept_cubes_files
select
    unnest($names::varchar[]), unnest($prints::varchar[]), unnest($types::varchar[]), unnest($counts::bigint[]), $made_by
