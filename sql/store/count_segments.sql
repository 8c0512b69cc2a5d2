-- How many records the segment holds.
select count(*) from segment
