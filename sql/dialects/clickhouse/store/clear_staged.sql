-- Throw away what a program left behind that died before it was whole.
truncate table finops_staged_$table
