-- The columns of a table with their types; what is after an empty line is not of columns.
describe table $table
