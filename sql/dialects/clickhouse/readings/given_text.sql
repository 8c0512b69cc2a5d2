-- Whether text is recorded: blank is as good as nothing.
ifNull(match($value, '[^\\p{Zs}]'), false)
