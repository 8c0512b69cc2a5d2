-- Whether text is recorded: blank is as good as nothing, what is no UTF-8 is something.
coalesce(not is_valid_utf8(cast($value as string)) or btrim(cast($value as string), $spaces) <> '', false)
