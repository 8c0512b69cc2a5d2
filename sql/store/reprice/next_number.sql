-- The number of the next repricing.
select coalesce(max(repricing), 0) + 1 from repricings
