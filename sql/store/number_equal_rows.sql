-- Rows that have no id of their own have one made of all they say: equal rows of a file are told apart by their number.
update segment set request_id = segment.request_id || '#' || numbered.place
from (
    select rowid as row_number, row_number() over (partition by filename, request_id order by rowid) as place
    from segment
    where starts_with(request_id, $made_id)
) as numbered
where numbered.row_number = segment.rowid and numbered.place > 1
