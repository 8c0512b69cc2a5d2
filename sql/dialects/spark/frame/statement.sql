-- A statement with all that it stands on.
with $parts
$text
