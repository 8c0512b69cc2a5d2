-- The rows of requests that lie in several days, or in a day that the report parts: no sums of whole days have them.
select *
from followed
where epoch_us < $first_us or epoch_us >= $until_us or id_hash in (select id_hash from travelling_ids)
