-- A number in floating point of double precision.
cast($value as double)
