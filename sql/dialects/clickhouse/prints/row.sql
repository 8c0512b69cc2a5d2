-- The print of a row: a number of 64 bits that another row hardly ever has. The text of a tuple tells NULL from an empty text.
sipHash64(toString(tuple($values)))
