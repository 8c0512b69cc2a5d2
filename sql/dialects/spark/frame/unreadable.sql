-- The column's name and the reason if something is recorded and could not be read.
case when $given and $name is null then $what end
