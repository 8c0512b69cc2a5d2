-- Which of the tables that the live page reads are there.
select table_name
from duckdb_tables()
where schema_name = 'main' and table_name in ('telemetry', 'attempts')
