-- A moment as it is written in UTC.
cast($value as string)
