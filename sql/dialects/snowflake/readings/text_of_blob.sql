-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- Bytes as text if they are UTF-8.
try_hex_decode_string(hex_encode($value))
