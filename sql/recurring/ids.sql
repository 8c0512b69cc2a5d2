-- The ids that stand in several rows, of those whose number does: two ids that share one are told apart here.
select request_id
from requests
where epoch_us >= $from_us and epoch_us < $until_us and request_id is not null
    and hash(request_id) in (select id_hash from recurring_hashes)
group by request_id
having count(*) > 1
