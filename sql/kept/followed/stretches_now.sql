-- Of what the sums of each day are made now: of which rows of which parts, cut how; NULL if a part is not kept.
-- Which rows of a part are followed depends on the ids of others, and so does which of its ids travel: both are told by their sums.
select
    day_us as stretch_us,
    case when count(prints.print) = count(*) then md5(
        $cut::varchar || string_agg(concat_ws(' ', prints.print, followed_rows, ids, travelling), ' ' order by part)
    ) end as made_of
from (
    select
        part,
        followed.epoch_us - followed.epoch_us % 86400000000 as day_us,
        count(*) as followed_rows,
        sum(followed.id_hash) as ids,
        sum(travelling_ids.id_hash) as travelling
    from followed
    left join travelling_ids using (id_hash)
    group by part, followed.epoch_us - followed.epoch_us % 86400000000
) as parts_of_days
left join (select unnest($parts::bigint[]) as part, unnest($prints::varchar[]) as print) as prints using (part)
group by day_us
