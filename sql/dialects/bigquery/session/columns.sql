-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- Every column of every table and view of a dataset.
select table_name, column_name, data_type
from $dataset.INFORMATION_SCHEMA.COLUMNS
order by table_name, ordinal_position
