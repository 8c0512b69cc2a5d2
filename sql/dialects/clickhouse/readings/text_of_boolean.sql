-- Yes or no in words.
toNullable(toString($value))
