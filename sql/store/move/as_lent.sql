-- The rows that are to be moved, with the columns of the table they are moved to.
create or replace temp table lent as
from (from query_table($own) limit 0)
union all by name
from brought
