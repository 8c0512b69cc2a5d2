-- What stands in a column of lists, maps or structs, for the print of its row: as JSON, as it is read.
coalesce(concat('=', to_json($value)), '')
