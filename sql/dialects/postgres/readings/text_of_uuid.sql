-- A UUID as it is written.
cast($value as text) collate "C"
