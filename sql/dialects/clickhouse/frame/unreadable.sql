-- The column's name and the reason if something is recorded and could not be read.
if($given and $name is null, $what, '')
