-- The text of JSON that is one value.
case when to_json($value) rlike '^[^\\[{]' then cast($value as string) end
