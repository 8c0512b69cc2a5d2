-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A day as the moment of its beginning, in microseconds since 1970; one that is too far is before all that can be used.
case
    when abs(date_diff('day', date '1970-01-01', $value)) < 100000000 then date_diff('day', date '1970-01-01', $value) * 86400000000
    when $value is not null then -1
end
