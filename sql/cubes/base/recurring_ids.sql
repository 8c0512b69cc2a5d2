-- Which request_ids stand in several rows of the period: read once, for the cubes that look for repetitions and for failovers.
-- Both ask this of every row, and hardly any id recurs: what they do with those that do costs next to nothing.
select request_id
from requests
where epoch_us >= $from_us and epoch_us < $until_us and request_id is not null
group by request_id
having count(*) > 1
