-- How many rows are to be moved, and how many of them are not there.
select (select count(*) from lent), (select count(*) from missing)
