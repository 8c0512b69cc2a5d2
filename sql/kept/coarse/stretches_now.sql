-- Of what the sums of each stretch are made now: of the rows of which parts, cut how; NULL if a part is not kept.
select
    stretch_us,
    case when count(prints.print) = count(*) then md5($cut::varchar || string_agg(prints.print, ' ' order by part)) end as made_of
from (
    select distinct part, stretch_us
    from (select distinct part, slot_us from kept_slots) as summed
    join stretches using (slot_us)
) as parts_of_stretches
left join (select unnest($parts::bigint[]) as part, unnest($prints::varchar[]) as print) as prints using (part)
group by stretch_us
