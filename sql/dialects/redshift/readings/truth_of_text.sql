-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- Yes or no in words, or as 1 and 0.
case
    when lower(btrim($value, $spaces)) in ('true', 't', '1', 'yes', 'y') then true
    when lower(btrim($value, $spaces)) in ('false', 'f', '0', 'no', 'n') then false
end
