-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Every column of every table and view of a schema of the database, with their names as they are.
select
    "TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME",
    case when "DATA_TYPE" = 'NUMBER' and "NUMERIC_SCALE" = 0 then 'INTEGER' else "DATA_TYPE" end as "kind"
from "INFORMATION_SCHEMA"."COLUMNS"
where upper("TABLE_SCHEMA") = upper($schema)
order by "TABLE_SCHEMA", "TABLE_NAME", "ORDINAL_POSITION"
