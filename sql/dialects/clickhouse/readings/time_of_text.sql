-- A moment in text, in microseconds since 1970: without an offset it is UTC; names of zones and abbreviations are not guessed at.
-- Else a number. Days before 2000 are as good as none: they are set aside for the same reason.
-- The groups: year, its separator, month, the other separator, day, hour, minute, second, fraction, zone. Days are counted by
-- the calendar's own arithmetic, for no type of moments reaches as far as DuckDB's.
coalesce(arrayElement(arrayMap(
    parts -> if(
        length(parts) = 10 and parts[2] = parts[4] and toInt32OrZero(parts[1]) >= 2000
            and toInt32OrZero(parts[3]) between 1 and 12
            and toInt32OrZero(parts[5]) between 1 and multiIf(
                toInt32OrZero(parts[3]) in (4, 6, 9, 11), 30,
                toInt32OrZero(parts[3]) <> 2, 31,
                toInt32OrZero(parts[1]) % 4 = 0 and (toInt32OrZero(parts[1]) % 100 <> 0 or toInt32OrZero(parts[1]) % 400 = 0), 29,
                28
            )
            and toInt32OrZero(parts[7]) < 60 and toInt32OrZero(parts[8]) < 60
            and (
                toInt32OrZero(parts[6]) < 24
                or (toInt32OrZero(parts[6]) = 24 and toInt32OrZero(parts[7]) + toInt32OrZero(parts[8]) = 0
                    and toInt32OrZero(rightPad(substring(parts[9], 1, 6), 6, '0')) = 0)
            ),
        arrayElement(arrayMap(
            (year, month, day, zone) -> (
                (
                    year * 365 + intDiv(year, 4) - intDiv(year, 100) + intDiv(year, 400)
                    + intDiv(153 * month + 2, 5) + day - 1 - 719468
                ) * 86400
                + toInt32OrZero(parts[6]) * 3600 + toInt32OrZero(parts[7]) * 60 + toInt32OrZero(parts[8])
                - if(position(parts[10], '-') > 0, -1, 1) * (
                    toInt32OrZero(substring(zone, 1, 2)) * 3600
                    + toInt32OrZero(substring(zone, 3, 2)) * 60
                    + toInt32OrZero(substring(zone, 5, 2))
                )
            ) * 1000000 + toInt32OrZero(rightPad(substring(parts[9], 1, 6), 6, '0')),
            [toInt64OrZero(parts[1]) - if(toInt32OrZero(parts[3]) <= 2, 1, 0)],
            [toInt64OrZero(parts[3]) + if(toInt32OrZero(parts[3]) <= 2, 9, -3)],
            [toInt64OrZero(parts[5])],
            [replaceRegexpAll(parts[10], '[^0-9]', '')]
        ), 1),
        null
    ),
    [extractGroups(
        replaceRegexpAll(ifNull(toString($value), ''), '^\\p{Zs}+|\\p{Zs}+$', ''),
        '^([0-9]{4})([-/])([0-9]{1,2})([-/])([0-9]{1,2})(?:[Tt ]([0-9]{1,2}):([0-9]{0,2})(?::([0-9]{1,2})(?:[.,]([0-9]*))?)?(Z|z| UTC| GMT| ?[-+][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)?)?$'
    )]
), 1), $of_number)
