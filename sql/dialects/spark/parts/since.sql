-- The rows of a part alone: those of all days from one on, by their time as it is read.
select * from ($text) as part where timestamp >= $first
