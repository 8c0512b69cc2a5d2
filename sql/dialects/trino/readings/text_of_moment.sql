-- Written for Trino, and not executed by one: our tests run what it means in DuckDB.
-- A moment as it is written in UTC, without the zeros at the end of its fraction, and without an empty one; a day as such.
case
    when lower(typeof($value)) = 'date' then cast($value as varchar)
    else concat(
        date_format(cast($value as timestamp(6) with time zone) at time zone 'UTC', '%Y-%m-%d %H:%i:%s'),
        regexp_replace(regexp_replace(
            concat('.', split_part(
                cast(cast(cast($value as timestamp(6) with time zone) at time zone 'UTC' as timestamp(6)) as varchar), '.', 2
            )),
            '0+\z', ''
        ), '[.]\z', '')
    )
end
