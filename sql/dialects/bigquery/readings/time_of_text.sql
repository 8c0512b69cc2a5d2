-- Written for BigQuery, and not executed by it: our tests run what it means in DuckDB.
-- A moment in text, in microseconds since 1970: without an offset it is UTC; names of zones and abbreviations are not guessed at.
-- Else a number. Days before 2000 are as good as none: they are set aside for the same reason.
coalesce((
    select case
        when substr(written, 1, 4) >= '2000' and read.minute < 60 and read.second < 60
            and (read.hour < 24 or (read.hour = 24 and read.minute + read.second + read.fraction = 0))
            then (
                read.day * 86400 + read.hour * 3600 + read.minute * 60 + read.second
                - read.direction * (
                    cast(coalesce(nullif(substr(read.zone, 1, 2), ''), '0') as int64) * 3600
                    + cast(coalesce(nullif(substr(read.zone, 3, 2), ''), '0') as int64) * 60
                    + cast(coalesce(nullif(substr(read.zone, 5, 2), ''), '0') as int64)
                )
            ) * 1000000 + read.fraction
    end
    from unnest([trim($value, $spaces)]) as written
    cross join unnest([struct(
        unix_date(safe_cast(concat(
            substr(written, 1, 4), '-', lpad(regexp_extract(written, r'^.{5}([0-9]+)'), 2, '0'), '-',
            lpad(regexp_extract(written, r'^.{5}[0-9]+.([0-9]+)'), 2, '0')
        ) as date)) as day,
        cast(coalesce(nullif(regexp_extract(written, r'[Tt ]([0-9]+):'), ''), '0') as int64) as hour,
        cast(coalesce(nullif(regexp_extract(written, r'[Tt ][0-9]+:([0-9]*)'), ''), '0') as int64) as minute,
        cast(coalesce(nullif(regexp_extract(written, r'[Tt ][0-9]+:[0-9]*:([0-9]+)'), ''), '0') as int64) as second,
        cast(rpad(substr(coalesce(regexp_extract(written, r'[.,]([0-9]*)'), ''), 1, 6), 6, '0') as int64) as fraction,
        case when regexp_contains(written, r':.*-') then -1 else 1 end as direction,
        regexp_replace(coalesce(regexp_extract(written, r':.*[-+](.*)'), ''), r'[^0-9]', '') as zone
    )]) as read
    where regexp_contains(
        written,
        r'^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{0,2}(:[0-9]{1,2}([.,][0-9]*)?)?(Z|z| UTC| GMT| ?[-+][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)?)?\z'
    ) and substr(written, 5, 1) = regexp_extract(written, r'^.{5}[0-9]+(.)')
), $of_number)
