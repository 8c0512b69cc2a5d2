-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- What its own records of statements call ours.
set query_group to 'finops-report'
