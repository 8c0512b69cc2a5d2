-- The tags of work that is not urgent, by key and value.
select one.tag_key as tag_key, one.tag_value as tag_value
from (
    select arrayJoin(JSONExtract($not_urgent_tags, 'Array(Tuple(tag_key String, tag_value String))')) as one
) as given
