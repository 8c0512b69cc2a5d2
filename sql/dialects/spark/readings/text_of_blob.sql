-- Bytes as text if they are UTF-8.
case when is_valid_utf8(cast($value as string)) then cast($value as string) end
