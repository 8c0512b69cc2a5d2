-- Where the rows of these ids stand, but for those that are followed already.
create or replace table to_follow as
select part, at_row
from ids
where id_hash in (select id_hash from wanted_ids)
    and not exists (select 1 from followed where followed.part = ids.part and followed.id_hash = ids.id_hash)
