-- Written for Redshift, and not executed by it: our tests run what it means in DuckDB.
-- A moment in text, in microseconds since 1970: without an offset it is UTC; names of zones and abbreviations are not guessed at.
-- Else a number. Days before 2000 are as good as none: they are set aside for the same reason.
coalesce(case
    when btrim($value, $spaces)
        ~ '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{0,2}(:[0-9]{1,2}([.,][0-9]*)?)?(Z|z| UTC| GMT| ?[-+][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)?)?$'
        and substring(btrim($value, $spaces), 5, 1) = regexp_substr(btrim($value, $spaces), '^.....[0-9]+(.)', 1, 1, 'e')
        then case when cast(substring(btrim($value, $spaces), 1, 4) as bigint) >= 2000
            and cast('0' || regexp_substr(btrim($value, $spaces), '^.....([0-9]+)', 1, 1, 'e') as bigint) between 1 and 12
            and cast('0' || regexp_substr(btrim($value, $spaces), '^.....[0-9]+.([0-9]+)', 1, 1, 'e') as bigint) between 1 and case
                when cast('0' || regexp_substr(btrim($value, $spaces), '^.....([0-9]+)', 1, 1, 'e') as bigint) in (4, 6, 9, 11) then 30
                when cast('0' || regexp_substr(btrim($value, $spaces), '^.....([0-9]+)', 1, 1, 'e') as bigint) <> 2 then 31
                when cast(substring(btrim($value, $spaces), 1, 4) as bigint) % 4 = 0 and (cast(substring(btrim($value, $spaces), 1, 4) as bigint) % 100 <> 0 or cast(substring(btrim($value, $spaces), 1, 4) as bigint) % 400 = 0) then 29
                else 28
            end
            and cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ][0-9]+:([0-9]*)', 1, 1, 'e') as bigint) < 60
            and cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1, 1, 'e') as bigint) < 60
            and (cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ]([0-9]+):', 1, 1, 'e') as bigint) < 24
                or (cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ]([0-9]+):', 1, 1, 'e') as bigint) = 24 and cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ][0-9]+:([0-9]*)', 1, 1, 'e') as bigint) = 0 and cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1, 1, 'e') as bigint) = 0 and cast(rpad(substring(regexp_substr(btrim($value, $spaces), '[.,]([0-9]*)', 1, 1, 'e'), 1, 6), 6, '0') as bigint) = 0))
        then (
            datediff(day, cast('1970-01-01' as date), cast(
                substring(btrim($value, $spaces), 1, 4) || '-' || lpad(regexp_substr(btrim($value, $spaces), '^.....([0-9]+)', 1, 1, 'e'), 2, '0')
                || '-' || lpad(regexp_substr(btrim($value, $spaces), '^.....[0-9]+.([0-9]+)', 1, 1, 'e'), 2, '0') as date
            )) * cast(86400 as bigint)
            + cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ]([0-9]+):', 1, 1, 'e') as bigint) * 3600
            + cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ][0-9]+:([0-9]*)', 1, 1, 'e') as bigint) * 60
            + cast('0' || regexp_substr(btrim($value, $spaces), '[Tt ][0-9]+:[0-9]*:([0-9]+)', 1, 1, 'e') as bigint)
            - case when btrim($value, $spaces) ~ ':.*-' then -1 else 1 end * (
                cast('0' || substring(regexp_replace(regexp_substr(btrim($value, $spaces), ':.*[-+](.*)', 1, 1, 'e'), '[^0-9]', ''), 1, 2) as bigint) * 3600
                + cast('0' || substring(regexp_replace(regexp_substr(btrim($value, $spaces), ':.*[-+](.*)', 1, 1, 'e'), '[^0-9]', ''), 3, 2) as bigint) * 60
                + cast('0' || substring(regexp_replace(regexp_substr(btrim($value, $spaces), ':.*[-+](.*)', 1, 1, 'e'), '[^0-9]', ''), 5, 2) as bigint)
            )
        ) * 1000000 + cast(rpad(substring(regexp_substr(btrim($value, $spaces), '[.,]([0-9]*)', 1, 1, 'e'), 1, 6), 6, '0') as bigint)
        end
end, $of_number)
