-- A value under its name.
$value as $name
