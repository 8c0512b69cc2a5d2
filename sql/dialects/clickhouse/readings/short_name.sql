-- A name as it is shown and grouped by: one over 512 bytes is cut, and what it was is told apart by eight digits of its MD5.
if(length($value) > 512, concat(substringUTF8($value, 1, 120), '…', lower(hex(substring(MD5(ifNull($value, '')), 1, 4)))), $value)
