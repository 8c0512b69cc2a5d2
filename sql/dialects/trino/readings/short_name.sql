-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A name as it is shown and grouped by: one over 512 bytes is cut, and what it was is told apart by eight digits of its MD5.
case
    when length(to_utf8($value)) > 512
        then concat(substr($value, 1, 120), '…', substr(lower(to_hex(md5(to_utf8($value)))), 1, 8))
    else $value
end
