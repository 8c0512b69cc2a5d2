-- The tags of work that is not urgent, by key and value.
select tag_key, tag_value
from json_to_recordset($not_urgent_tags) as given (tag_key text, tag_value text)
