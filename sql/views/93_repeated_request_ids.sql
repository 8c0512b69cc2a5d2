-- Rows that repeat the request_id and provider of another row; each is counted.
select cast(repeated_rows as bigint) as repeated_rows
from repeated_ids
