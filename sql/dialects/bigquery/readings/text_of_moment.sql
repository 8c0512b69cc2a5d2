-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- A moment as it is written, without the zone that all of them are in.
regexp_replace(cast($value as string), r'[+]00$', '')
