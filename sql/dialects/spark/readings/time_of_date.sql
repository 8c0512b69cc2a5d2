-- A day as the moment of its beginning, in microseconds since 1970; one that is too far is before all that can be used.
case
    when abs(cast(unix_date($value) as bigint)) < 100000000 then cast(unix_date($value) as bigint) * 86400000000
    when $value is not null then -1
end
