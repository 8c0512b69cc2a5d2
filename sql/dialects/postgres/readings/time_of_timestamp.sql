-- A moment in microseconds since 1970; one that is not finite, or too far, is before all that can be used.
case when isfinite($value) then case when $value < timestamp '294247-01-01' then cast(extract(epoch from $value) * 1000000 as bigint) else -1 end when $value is not null then -1 end
