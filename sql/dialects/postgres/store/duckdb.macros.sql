-- In DuckDB: a value as PostgreSQL can hold it, and as a line of its COPY has it.
-- A text cannot have the character NUL, which becomes the sign for it; nor can JSON have it escaped, or no value of that
-- column could be looked into. A time before the year 1 is that of a clock that was never set, and becomes its beginning.
create or replace temp macro held(value, kind) as case
    when kind = 'JSON' then regexp_replace(
        regexp_replace(value::varchar, '(^|[^\\])((?:\\\\)*)\\u0000', '\1\2␀', 'g'),
        '(^|[^\\])((?:\\\\)*)\\u0000', '\1\2␀', 'g'
    )
    when kind = 'TIMESTAMP' and contains(value::varchar, '(BC)') then '0001-01-01 00:00:00'
    else replace(value::varchar, chr(0), '␀')
end;
create or replace temp macro escaped(value) as coalesce(
    replace(replace(replace(replace(value, '\', '\\'), chr(9), '\t'), chr(10), '\n'), chr(13), '\r'), '\N'
);
