-- JSON as text.
to_json($value)
