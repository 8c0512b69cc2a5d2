-- Whether text is recorded: blank is as good as nothing, what is no UTF-8 is something.
ifNull(if(isValidUTF8($value), match($value, '[^\\p{Zs}]'), true), false)
