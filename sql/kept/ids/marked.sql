-- The ids of the rows of a part, and where these stand; `is_trouble` if the row may be a failed attempt. Sorted numbers take half the room.
select
    $part::bigint as part,
    id_hash(request_id) as id_hash,
    at_row,
    coalesce(outcome, '') <> 'ok' as is_trouble
from recorded_ids
where request_id is not null
order by id_hash
