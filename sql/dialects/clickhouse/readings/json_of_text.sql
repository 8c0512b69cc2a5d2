-- Text that is JSON.
if(isValidUTF8($value) and isValidJSON($value), $value, null)
