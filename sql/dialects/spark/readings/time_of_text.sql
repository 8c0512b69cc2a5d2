-- A moment in text, in microseconds since 1970: without an offset it is UTC; names of zones and abbreviations are not guessed at.
-- Else a number. Days before 2000 are as good as none: they are set aside for the same reason.
-- The parts: year, its separator, month, the other separator, day, hour, minute, second, fraction, zone.
coalesce(transform(
    array(btrim(cast($value as string), $spaces)),
    written -> case when written rlike
        '^[0-9]{4}([-/])[0-9]{1,2}\\1[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{0,2}(:[0-9]{1,2}([.,][0-9]*)?)?(Z|z| UTC| GMT| ?[-+][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)?)?\\z'
        then transform(
            array(struct(
                cast(substr(written, 1, 4) as bigint) as year,
                cast(regexp_extract(written, '^.{5}([0-9]+)', 1) as bigint) as month,
                cast(regexp_extract(written, '^.{5}[0-9]+.([0-9]+)', 1) as bigint) as day,
                cast(coalesce(nullif(regexp_extract(written, '^.{8,10}[Tt ]([0-9]+)', 1), ''), '0') as bigint) as hour,
                cast(coalesce(nullif(regexp_extract(written, '[Tt ][0-9]+:([0-9]*)', 1), ''), '0') as bigint) as minute,
                cast(coalesce(nullif(regexp_extract(written, '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1), ''), '0') as bigint) as second,
                cast(rpad(left(regexp_extract(written, '[.,]([0-9]*)', 1), 6), 6, '0') as bigint) as fraction,
                case when written rlike ':.*-' then -1 else 1 end as direction,
                regexp_replace(regexp_extract(written, ':.*[-+](.*)', 1), '[^0-9]', '') as zone
            )),
            read -> case
                when read.year >= 2000 and read.month between 1 and 12
                    and read.day between 1 and case
                        when read.month in (4, 6, 9, 11) then 30
                        when read.month <> 2 then 31
                        when read.year % 4 = 0 and (read.year % 100 <> 0 or read.year % 400 = 0) then 29
                        else 28
                    end
                    and read.minute < 60 and read.second < 60
                    and (read.hour < 24 or (read.hour = 24 and read.minute + read.second + read.fraction = 0))
                    then (
                        cast(unix_date(make_date(cast(read.year as int), cast(read.month as int), cast(read.day as int))) as bigint) * 86400
                        + read.hour * 3600 + read.minute * 60 + read.second
                        - read.direction * (
                            cast(coalesce(nullif(substr(read.zone, 1, 2), ''), '0') as bigint) * 3600
                            + cast(coalesce(nullif(substr(read.zone, 3, 2), ''), '0') as bigint) * 60
                            + cast(coalesce(nullif(substr(read.zone, 5, 2), ''), '0') as bigint)
                        )
                    ) * 1000000 + read.fraction
            end
        )[0]
    end
)[0], $of_number)
