-- Yes or no in words, or as 1 and 0.
multiIf(
    lower(replaceRegexpAll(ifNull(toString($value), ''), '^\\p{Zs}+|\\p{Zs}+$', '')) in ('true', 't', '1', 'yes', 'y'), true,
    lower(replaceRegexpAll(ifNull(toString($value), ''), '^\\p{Zs}+|\\p{Zs}+$', '')) in ('false', 'f', '0', 'no', 'n'), false,
    null
)
