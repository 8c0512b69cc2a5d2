-- Ids whose rows lie in several days (of UTC): what comes of their requests is worked out in each build.
select id_hash
from followed
group by id_hash
having min(epoch_us) // 86400000000 < max(epoch_us) // 86400000000
