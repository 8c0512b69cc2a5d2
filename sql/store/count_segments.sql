-- How many records each segment brought, by its name.
select parse_filename(filename, true), records
from (select filename, count(*) as records from segment group by filename)
