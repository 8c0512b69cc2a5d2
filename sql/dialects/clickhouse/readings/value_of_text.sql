-- The text of a type that is none itself, without the zeros that fill one of a fixed length.
replaceRegexpOne(toString($value), '\\x00+$', '')
