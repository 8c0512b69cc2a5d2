-- Yes or no in words.
cast($value as string)
