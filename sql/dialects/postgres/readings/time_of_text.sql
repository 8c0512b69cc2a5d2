-- A moment in text, in microseconds since 1970: without an offset it is UTC; names of zones and abbreviations are not guessed at.
-- Else a number. Days before 2000 are as good as none: they are set aside for the same reason.
coalesce((
    select case
        when cast(parts[1] as integer) >= 2000
            and cast(parts[3] as integer) between 1 and 12
            and cast(parts[4] as integer) between 1 and case
                when cast(parts[3] as integer) in (4, 6, 9, 11) then 30
                when cast(parts[3] as integer) <> 2 then 31
                when cast(parts[1] as integer) % 4 = 0
                    and (cast(parts[1] as integer) % 100 <> 0 or cast(parts[1] as integer) % 400 = 0) then 29
                else 28
            end
            and minute < 60 and second < 60
            and (hour < 24 or (hour = 24 and minute + second + fraction = 0))
        then (
            cast(
                make_date(
                    cast(parts[1] as integer), cast(parts[3] as integer), cast(parts[4] as integer)
                ) - date '1970-01-01' as bigint
            ) * 86400 + hour * 3600 + minute * 60 + second
            - case when zone ~ '-' then -1 else 1 end * (
                cast(coalesce(nullif(substr(zone_digits, 1, 2), ''), '0') as integer) * 3600
                + cast(coalesce(nullif(substr(zone_digits, 3, 2), ''), '0') as integer) * 60
                + cast(coalesce(nullif(substr(zone_digits, 5, 2), ''), '0') as integer)
            )
        ) * 1000000 + fraction
    end
    from (
        select
            parts,
            cast(coalesce(nullif(parts[5], ''), '0') as integer) as hour,
            cast(coalesce(nullif(parts[6], ''), '0') as integer) as minute,
            cast(coalesce(nullif(parts[7], ''), '0') as integer) as second,
            cast(rpad(left(coalesce(parts[8], ''), 6), 6, '0') as integer) as fraction,
            coalesce(parts[9], '') as zone,
            regexp_replace(coalesce(parts[9], ''), '[^0-9]', '', 'g') as zone_digits
        from (
            select regexp_match(
                btrim(cast($value as text), $spaces),
                '^([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})(?:[Tt ]([0-9]{1,2}):([0-9]{0,2})(?::([0-9]{1,2})(?:[.,]([0-9]*))?)?(Z|z| UTC| GMT| ?[-+][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)?)?$'
            ) as parts
        ) as matched
    ) as numbers
), $of_number)
