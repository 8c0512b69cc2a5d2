-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Whether text is recorded: blank is as good as nothing.
coalesce(regexp_like(cast($value as varchar), '[^\p{Zs}]'), false)
