-- The rows that are where the others are to be moved.
create or replace temp table there as
from (from query_table($own) limit 0)
union all by name
from brought
