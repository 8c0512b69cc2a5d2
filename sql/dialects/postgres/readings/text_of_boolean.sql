-- Yes or no in words.
cast($value as text) collate "C"
