-- Yes or no of a number: 1 and 0 count.
multiIf($value = 1, true, $value = 0, false, null)
