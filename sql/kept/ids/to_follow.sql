-- Where the rows of these ids stand, but for those that are followed already. Earlier parts were looked through once.
create or replace table to_follow as
select part, at_row
from (
    select part, at_row, id_hash from met
    union all
    select part, at_row, id_hash
    from ids
    where part >= $first_new and id_hash in (select id_hash from wanted_ids union all select id_hash from met)
) as rows
where not exists (select 1 from followed where followed.part = rows.part and followed.id_hash = rows.id_hash)
