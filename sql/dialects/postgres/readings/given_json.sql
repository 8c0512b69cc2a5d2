-- Whether JSON is recorded: null and blank text are as good as nothing.
coalesce(json_typeof(cast($value as json)) in ('object', 'array') or btrim($text, $spaces) <> '', false)
