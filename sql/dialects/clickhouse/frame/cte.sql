-- A statement under its name.
$name as ($text)
