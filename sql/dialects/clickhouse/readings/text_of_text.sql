-- Text stands as it is, if it is UTF-8.
if(isValidUTF8($value), $value, null)
