-- Ids that stand in several new rows.
select id_hash
from ids
where part >= $first_new and id_hash >= $from_hash and id_hash < $until_hash
group by id_hash
having count(*) > 1
