-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- The numbers from 0 to 9999: no function makes rows there that can be joined with tables.
select "ones"."digit" + 10 * "tens"."digit" + 100 * "hundreds"."digit" + 1000 * "thousands"."digit" as "number"
from "digits" as "ones"
cross join "digits" as "tens"
cross join "digits" as "hundreds"
cross join "digits" as "thousands"
