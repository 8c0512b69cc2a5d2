-- How a value of each kind of column is read as what the contract needs; docs/report.md has the same as a table.
-- A macro is named <what is needed>_of_<what there is>. One that is not here does not exist: such values are set aside.
-- NULL is returned for what cannot be read, and `unreadable` then keeps the column's name and the reason.

-- What of a value is recorded at all: blank text and JSON's null are as good as nothing.
create macro is_given_text(v) as trim(v) <> '';
create macro is_given_json(v) as coalesce(trim(try(v ->> '$')) <> '', json_type(try_cast(v as json)) in ('OBJECT', 'ARRAY'), false);

-- Text: of numbers, moments, UUIDs and booleans as they are written; of bytes if they are UTF-8; of JSON if it is one value.
create macro text_of_text(v) as cast(v as varchar);
create macro text_of_number(v) as cast(v as varchar);
create macro text_of_moment(v) as cast(v as varchar);
create macro text_of_uuid(v) as cast(v as varchar);
create macro text_of_boolean(v) as cast(v as varchar);
create macro text_of_blob(v) as try(decode(v));
create macro text_of_json(v) as case when json_type(try_cast(v as json)) not in ('OBJECT', 'ARRAY') then try(v ->> '$') end;

-- Numbers: digits in text count, a boolean is none.
create macro number_of_number(v) as try_cast(v as double);
create macro number_of_text(v) as try_cast(trim(v) as double);
create macro number_of_blob(v) as number_of_text(text_of_blob(v));
create macro number_of_json(v) as number_of_text(text_of_json(v));

-- Times: `typical` is the median of the column's numbers, which tells seconds, milliseconds, microseconds and nanoseconds
-- since 1970 apart for the whole column: each is a thousand times the one before, and none of them reaches the next one's
-- 2000-01-01 before the year 5138. Text without an offset is UTC; names of zones and abbreviations are not guessed at.
create macro is_epoch(number) as number > 0 and number < 1e30;
create macro us_per_unit(typical) as case
    when typical < 1e11 then 1e6
    when typical < 1e14 then 1e3
    when typical < 1e17 then 1
    else 1e-3
end;
create macro time_of_us(us) as case when us between 0 and 1e17 then make_timestamp(cast(round(us) as bigint)) end;
create macro time_of_moment(v, typical) as try_cast(v as timestamp);
create macro time_of_number(v, typical) as time_of_us(number_of_number(v) * us_per_unit(typical));
create macro time_of_text(v, typical) as case
    when regexp_full_match(trim(v), '\d{4}[-/]\d{1,2}[-/]\d{1,2}([Tt ][0-9:.,]+ ?(Z|z|UTC|GMT|[+-][0-9:]+)?)?')
        then cast(try_cast(replace(regexp_replace(upper(trim(v)), ' ([+-])', '\1'), ',', '.') as timestamptz) as timestamp)
    else time_of_us(number_of_text(v) * us_per_unit(typical))
end;
create macro time_of_blob(v, typical) as time_of_text(text_of_blob(v), typical);
create macro time_of_json(v, typical) as time_of_text(text_of_json(v), typical);

-- Yes or no: 1 and 0 count, and so do the words.
create macro truth_of_number(v) as case when v = 1 then true when v = 0 then false end;
create macro truth_of_text(v) as try_cast(trim(v) as boolean);
create macro truth_of_blob(v) as truth_of_text(text_of_blob(v));
create macro truth_of_json(v) as truth_of_text(text_of_json(v));

-- JSON: of lists, structs and maps, and of text that is JSON.
create macro json_of_nested(v) as try(to_json(v));
create macro json_of_text(v) as try_cast(v as json);
create macro json_of_blob(v) as json_of_text(text_of_blob(v));

create macro unreadable(name, given, value, wanted) as case when given and value is null then {
    'column_name': name,
    'reason': case wanted
        when 'time' then 'not a usable time'
        when 'number' then 'negative or not a number'
        when 'truth' then 'neither true nor false'
        when 'json' then 'not JSON'
        else 'not text'
    end
} end;
create macro nothing_unreadable() as cast(null as struct(column_name varchar, reason varchar)[]);
create macro is_unreadable(unreadable, name) as
    coalesce(list_contains(list_transform(unreadable, lambda one: one.column_name), name), false);
