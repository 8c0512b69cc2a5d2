-- The rows whose key is not there.
create or replace temp table missing as
select * exclude (moving_key)
from (select *, concat_ws(chr(31), *columns($keys)) as moving_key from lent)
anti join (select concat_ws(chr(31), *columns($keys)) as moving_key from there) using (moving_key)
