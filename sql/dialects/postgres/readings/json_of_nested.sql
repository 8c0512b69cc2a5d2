-- JSON of arrays and composite values.
to_json($value)
