-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Whether JSON is recorded: null and blank text are as good as nothing.
coalesce(btrim($text, $spaces) <> '', false) or coalesce(json_typeof($value) in ('object', 'array'), false)
