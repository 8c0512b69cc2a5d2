-- Rows of earlier parts that have one of these ids.
select part, at_row, id_hash
from ids
where part < $first_new and id_hash >= $from_hash and id_hash < $until_hash
    and id_hash in (select id_hash from wanted_ids)
