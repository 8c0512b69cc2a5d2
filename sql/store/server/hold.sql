-- The rows that are to be moved and those that are there, both as the server can hold them.
create or replace temp table lent as select held(columns(*), typeof(columns(*))) from lent;
create or replace temp table there as select held(columns(*), typeof(columns(*))) from there;
