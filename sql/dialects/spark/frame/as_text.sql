-- A value as text: an exact number to its last digit, JSON as it is written.
cast($value as string)
