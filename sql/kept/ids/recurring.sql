-- Ids that are known to stand in several rows, at least one of them new.
select id_hash
from ids
where part in (select unnest($parts::bigint[])) and id_hash >= $from_hash and id_hash < $until_hash
group by id_hash
having count(*) > 1
union
select id_hash
from ids
where part not in (select unnest($parts::bigint[])) and id_hash >= $from_hash and id_hash < $until_hash
    and id_hash in (
        select id_hash from ids
        where part in (select unnest($parts::bigint[])) and id_hash >= $from_hash and id_hash < $until_hash
    )
