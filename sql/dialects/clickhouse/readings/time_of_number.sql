-- A number since 1970 in microseconds; $typical is the median of the column, which tells the unit of all of them.
arrayElement(arrayMap(
    us -> if(us <= 1e17, toInt64(trunc(us) + if(us - trunc(us) >= 0.5, 1, 0)), null),
    [arrayElement(arrayMap(
        number -> if(number between 1e-3 and 1e20, number, null) * multiIf(
            ifNull(toFloat64($typical), 0) < 1e11, 1e6,
            ifNull(toFloat64($typical), 0) < 1e14, 1e3,
            ifNull(toFloat64($typical), 0) < 1e17, 1,
            1e-3
        ),
        [$number]
    ), 1)]
), 1)
