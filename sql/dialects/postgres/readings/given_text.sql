-- Whether text is recorded: blank is as good as nothing.
coalesce(btrim(cast($value as text), $spaces) <> '', false)
