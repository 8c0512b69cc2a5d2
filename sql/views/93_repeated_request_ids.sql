-- Rows that repeat the request_id and provider of another row; each is counted.
select cast(coalesce(sum(repeated_rows), 0) as bigint) as repeated_rows
from cubes.repeated_request_ids
