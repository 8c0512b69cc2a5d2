-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A moment in text, in microseconds since 1970: without an offset it is UTC; names of zones and abbreviations are not guessed at.
-- Else a number. Days before 2000 are as good as none: they are set aside for the same reason.
coalesce(element_at(transform(
    array[regexp_replace(cast($value as varchar), '^[\p{Zs}]+|[\p{Zs}]+$', '')],
    written -> case when regexp_like(
        written,
        '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{0,2}(:[0-9]{1,2}([.,][0-9]*)?)?(Z|z| UTC| GMT| ?[-+][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)?)?\z'
    ) and substr(written, 5, 1) = regexp_extract(written, '^.{5}[0-9]+(.)', 1)
        then element_at(transform(
            array[cast(row(
                date_diff('day', date '1970-01-01', try_cast(concat(
                    substr(written, 1, 4), '-', lpad(regexp_extract(written, '^.{5}([0-9]+)', 1), 2, '0'), '-',
                    lpad(regexp_extract(written, '^.{5}[0-9]+.([0-9]+)', 1), 2, '0')
                ) as date)),
                cast(coalesce(nullif(regexp_extract(written, '[Tt ]([0-9]+):', 1), ''), '0') as bigint),
                cast(coalesce(nullif(regexp_extract(written, '[Tt ][0-9]+:([0-9]*)', 1), ''), '0') as bigint),
                cast(coalesce(nullif(regexp_extract(written, '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1), ''), '0') as bigint),
                cast(rpad(substr(coalesce(regexp_extract(written, '[.,]([0-9]*)', 1), ''), 1, 6), 6, '0') as bigint),
                case when regexp_like(written, ':.*-') then -1 else 1 end,
                regexp_replace(coalesce(regexp_extract(written, ':.*[-+](.*)', 1), ''), '[^0-9]', '')
            ) as row(day bigint, hour bigint, minute bigint, second bigint, fraction bigint, direction bigint, zone varchar))],
            read -> case
                when substr(written, 1, 4) >= '2000' and read.minute < 60 and read.second < 60
                    and (read.hour < 24 or (read.hour = 24 and read.minute + read.second + read.fraction = 0))
                    then (
                        read.day * 86400 + read.hour * 3600 + read.minute * 60 + read.second
                        - read.direction * (
                            cast(coalesce(nullif(substr(read.zone, 1, 2), ''), '0') as bigint) * 3600
                            + cast(coalesce(nullif(substr(read.zone, 3, 2), ''), '0') as bigint) * 60
                            + cast(coalesce(nullif(substr(read.zone, 5, 2), ''), '0') as bigint)
                        )
                    ) * 1000000 + read.fraction
            end
        ), 1)
    end
), 1), $of_number)
