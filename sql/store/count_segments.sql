-- How many records each segment brought, by its name.
select parse_filename(filename, true), count(*)
from segment
group by all
