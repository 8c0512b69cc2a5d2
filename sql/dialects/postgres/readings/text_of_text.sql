-- Text stands as it is; it is told apart and ordered by its bytes.
cast($value as text) collate "C"
