-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Bytes as text if they are UTF-8: a sign that stands for bytes which are none makes others of them.
case when to_utf8(from_utf8($value)) = $value then from_utf8($value) end
