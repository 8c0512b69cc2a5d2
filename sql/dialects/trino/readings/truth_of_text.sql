-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- Yes or no in words, or as 1 and 0.
case
    when lower(regexp_replace(cast($value as varchar), '^[\p{Zs}]+|[\p{Zs}]+$', '')) in ('true', 't', '1', 'yes', 'y') then true
    when lower(regexp_replace(cast($value as varchar), '^[\p{Zs}]+|[\p{Zs}]+$', '')) in ('false', 'f', '0', 'no', 'n') then false
end
