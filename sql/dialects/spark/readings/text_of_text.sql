-- Text stands as it is, if it is UTF-8; it is told apart and ordered by its bytes.
case when is_valid_utf8(cast($value as string)) then collate(cast($value as string), 'UTF8_BINARY') end
