-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A name as it is shown and grouped by: one over 512 bytes is cut, and what it was is told apart by eight digits of its MD5.
case
    when octet_length($value) > 512 then substring($value, 1, 120) || '…' || substring(md5($value), 1, 8)
    else $value
end
