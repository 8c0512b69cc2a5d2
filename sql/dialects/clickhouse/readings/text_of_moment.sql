-- A moment as it is written in UTC, without the zeros at the end of its fraction.
toNullable(replaceRegexpOne(toString($value), '[.]?0*$', ''))
