-- JSON of arrays, maps and structs.
to_json($value)
