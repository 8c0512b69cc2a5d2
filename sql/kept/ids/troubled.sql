-- Ids of new attempts that failed, and of new ones whose request was known to have one that failed.
select id_hash
from ids
where part >= $first_new and is_trouble and id_hash >= $from_hash and id_hash < $until_hash
union
select id_hash
from followed
where id_hash >= $from_hash and id_hash < $until_hash
    and id_hash in (
        select id_hash from ids where part >= $first_new and id_hash >= $from_hash and id_hash < $until_hash
    )
