-- Keep requests that are followed, each in the part of its time; of an id in a part all rows are kept, or none.
insert into kept.followed.telemetry
select numbered.part, id_hash(request_id) as id_hash, epoch_us, request_id, provider, output_tokens, failed
from cubes.followed_telemetry as brought
join (
    select unnest($parts::bigint[]) as part, unnest($first_us::bigint[]) as first_us, unnest($until_us::bigint[]) as until_us
) as numbered on brought.epoch_us >= numbered.first_us and brought.epoch_us < numbered.until_us
where not exists (
    select 1
    from kept.followed.telemetry as known
    where known.part = numbered.part and known.request_id = brought.request_id
)
