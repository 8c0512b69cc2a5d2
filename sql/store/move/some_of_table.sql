-- The rows of a table of some time.
create or replace temp table brought as
from query_table($place)
where timestamp >= make_timestamp($since_us::bigint) and timestamp < make_timestamp($until_us::bigint)
