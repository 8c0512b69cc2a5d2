-- JSON of arrays, maps and tuples.
toNullable(toJSONString($value))
