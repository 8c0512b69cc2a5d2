-- Whether every recorded request is marked as the demo's: only then may the demo replace the file.
select coalesce(bool_and(coalesce(json_extract_string(tags, '$.source') = 'demo', false)), true)
from recorded.telemetry
