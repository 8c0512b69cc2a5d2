-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Whether JSON is recorded: null and blank text are as good as nothing.
coalesce(regexp_like($text, '[^\p{Zs}]'), false) or coalesce(regexp_like(json_format($value), '^[\[{]'), false)
