-- A number as DuckDB writes it: floating point keeps its point, up to 16 digits before it, and an exponent its sign and two digits.
case
    when typeof($value) not in ('double', 'float') then cast($value as string)
    when isnan($value) or abs($value) = double('Infinity') then replace(lower(cast($value as string)), 'infinity', 'inf')
    when cast($value as string) not like '%E%' then cast($value as string)
    when abs($value) >= 1e16 or abs($value) < 1e-4 then concat(
        regexp_replace(split(cast($value as string), 'E')[0], '[.]0\\z', ''),
        case when abs($value) >= 1e16 then 'e+' else 'e-' end,
        lpad(abs(cast(split(cast($value as string), 'E')[1] as int)), greatest(2, length(split(cast($value as string), 'E-?')[1])), '0')
    )
    else regexp_replace(regexp_replace(
        cast(cast(cast($value as string) as decimal(38, 20)) as string), '0+\\z', ''), '[.]\\z', '.0')
end
