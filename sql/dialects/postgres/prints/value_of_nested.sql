-- What stands in a column, for the print of its row.
$value
