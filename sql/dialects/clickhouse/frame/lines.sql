-- The rows of a statement as lines of text.
$text
format CSV
