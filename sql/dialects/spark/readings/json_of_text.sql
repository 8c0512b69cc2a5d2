-- Text that is JSON: Spark reads a value and what is after it may be anything, so it is tried within a list and an object.
case
    when is_valid_utf8($value) and json_array_length(concat('[', $value, ']')) = 1
        and try_parse_json(concat('{"value":', $value, '}')) is not null
        then cast($value as string)
end
