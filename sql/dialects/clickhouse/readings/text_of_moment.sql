-- A moment as it is written in UTC, without the zeros at the end of its fraction; a day as such.
toNullable(if(
    match(toTypeName($value), '^(Nullable[(])?Date(32)?[)]?$'),
    toString($value),
    replaceRegexpOne(toString(toDateTime64($value, 6, 'UTC')), '[.]?0+$', '')
))
