-- In DuckDB: a value as ClickHouse can hold it, and as a line of its TabSeparated has it.
-- Its times and days reach from 1900 to 2299: one without becomes the nearest that does, of clocks that were never set.
create or replace temp macro held(value, kind) as case
    when value is null then null
    when kind = 'TIMESTAMP' then cast(least(greatest(try_cast(value as timestamp), timestamp '1900-01-01'),
        timestamp '2299-12-31 23:59:59') as varchar)
    when kind = 'DATE' then cast(least(greatest(try_cast(value as date), date '1900-01-01'), date '2299-12-31') as varchar)
    else value::varchar
end;
create or replace temp macro escaped(value) as coalesce(
    replace(replace(replace(replace(value, '\', '\\'), chr(9), '\t'), chr(10), '\n'), chr(13), '\r'), '\N'
);
