-- Whether JSON is recorded: null and blank text are as good as nothing.
coalesce(btrim($text, $spaces) <> '', to_json($value) rlike '^[\\[{]', false)
