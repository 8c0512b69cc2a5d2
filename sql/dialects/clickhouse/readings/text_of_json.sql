-- JSON of a column of its own type is an object, which is no text.
if(false, toString($value), null)
