-- The keys that would be there more often than they are where the rows come from: what is there says something else of them.
with keyed as (
    select concat_ws(chr(31), *columns($keys)) as key, 1 as missing, 0 as there, 0 as lent from missing
    union all
    select concat_ws(chr(31), *columns($keys)), 0, 1, 0 from there
    union all
    select concat_ws(chr(31), *columns($keys)), 0, 0, 1 from lent
)
select replace(key, chr(31), ', ')
from keyed
group by key
having sum(missing) > 0 and sum(missing) + sum(there) > sum(lent)
order by key
limit 3
