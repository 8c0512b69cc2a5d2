-- The rows of a part alone: those of some whole days, by their time as it is read.
select * from ($text) as part where timestamp >= $first and timestamp < $end
