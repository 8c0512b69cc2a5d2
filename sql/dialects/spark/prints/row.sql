-- The print of a row: a number of 64 bits that another row hardly ever has.
xxhash64($values)
