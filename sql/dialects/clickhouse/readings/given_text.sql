-- Whether text is recorded: blank is as good as nothing, what is no UTF-8 is something.
$value is not null and (not ifNull(isValidUTF8($value), true) or ifNull(match($value, '[^\\p{Zs}]'), false))
