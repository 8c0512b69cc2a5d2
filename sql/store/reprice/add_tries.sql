-- Keep what some tries cost now.
insert into new_tries
select
    unnest($rows::bigint[]), unnest($requests::bigint[]), unnest($costs::double[]), unnest($sources::varchar[]),
    unnest($changed::boolean[])
