-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Text that is JSON.
case when can_json_parse($value) then $value end
