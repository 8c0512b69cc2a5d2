-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Whether text is recorded: blank is as good as nothing.
coalesce(btrim($value, $spaces) <> '', false)
