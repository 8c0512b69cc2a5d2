-- A day as the moment of its beginning, in microseconds since 1970; one that is not finite, or too far, is before all that can be used.
case when isfinite($value) then case when $value < date '294247-01-01' then cast($value - date '1970-01-01' as bigint) * 86400000000 else -1 end when $value is not null then -1 end
