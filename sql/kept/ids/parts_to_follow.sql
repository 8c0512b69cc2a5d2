-- The parts in which rows are to be followed.
select distinct part from to_follow order by part
