-- Written for Snowflake, and not executed by it: our tests run what it means in DuckDB.
-- A moment in text, in microseconds since 1970: without an offset it is UTC; names of zones and abbreviations are not guessed at.
-- Else a number. Days before 2000 are as good as none: they are set aside for the same reason.
coalesce(case
    when regexp_like(
        trim($value, $spaces),
        '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{0,2}(:[0-9]{1,2}([.,][0-9]*)?)?(Z|z| UTC| GMT| ?[-+][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)?)?$'
    ) and substr(trim($value, $spaces), 5, 1) = regexp_substr(trim($value, $spaces), '^.{5}[0-9]+(.)', 1, 1, 'e', 1)
        then case when substr(trim($value, $spaces), 1, 4) >= '2000'
            and cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ][0-9]+:([0-9]*)', 1, 1, 'e', 1), ''), '0') as bigint) < 60
            and cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1, 1, 'e', 1), ''), '0') as bigint) < 60
            and (cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ]([0-9]+):', 1, 1, 'e', 1), ''), '0') as bigint) < 24
                or (cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ]([0-9]+):', 1, 1, 'e', 1), ''), '0') as bigint) = 24
                    and cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ][0-9]+:([0-9]*)', 1, 1, 'e', 1), ''), '0') as bigint) = 0
                    and cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1, 1, 'e', 1), ''), '0') as bigint) = 0
                    and cast(rpad(substr(coalesce(regexp_substr(trim($value, $spaces), '[.,]([0-9]*)', 1, 1, 'e', 1), ''), 1, 6), 6, '0') as bigint) = 0))
        then (
            datediff('day', cast('1970-01-01' as date), try_to_date(concat(
                substr(trim($value, $spaces), 1, 4), '-', lpad(regexp_substr(trim($value, $spaces), '^.{5}([0-9]+)', 1, 1, 'e', 1), 2, '0'), '-',
                lpad(regexp_substr(trim($value, $spaces), '^.{5}[0-9]+.([0-9]+)', 1, 1, 'e', 1), 2, '0')
            ), 'YYYY-MM-DD')) * 86400
            + cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ]([0-9]+):', 1, 1, 'e', 1), ''), '0') as bigint) * 3600
            + cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ][0-9]+:([0-9]*)', 1, 1, 'e', 1), ''), '0') as bigint) * 60
            + cast(coalesce(nullif(regexp_substr(trim($value, $spaces), '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1, 1, 'e', 1), ''), '0') as bigint)
            - case when regexp_like(trim($value, $spaces), '^.*:.*-.*$') then -1 else 1 end * (
                cast(coalesce(nullif(substr(regexp_replace(coalesce(regexp_substr(trim($value, $spaces), ':.*[-+](.*)', 1, 1, 'e', 1), ''), '[^0-9]', ''), 1, 2), ''), '0') as bigint) * 3600
                + cast(coalesce(nullif(substr(regexp_replace(coalesce(regexp_substr(trim($value, $spaces), ':.*[-+](.*)', 1, 1, 'e', 1), ''), '[^0-9]', ''), 3, 2), ''), '0') as bigint) * 60
                + cast(coalesce(nullif(substr(regexp_replace(coalesce(regexp_substr(trim($value, $spaces), ':.*[-+](.*)', 1, 1, 'e', 1), ''), '[^0-9]', ''), 5, 2), ''), '0') as bigint)
            )
        ) * 1000000 + cast(rpad(substr(coalesce(regexp_substr(trim($value, $spaces), '[.,]([0-9]*)', 1, 1, 'e', 1), ''), 1, 6), 6, '0') as bigint)
        end
end, $of_number)
