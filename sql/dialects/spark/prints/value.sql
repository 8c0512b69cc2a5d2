-- What stands in a column, for the print of its row: a hash passes over NULL, so a text says what is there.
coalesce(concat('=', cast($value as string)), '')
