-- The rows of a part alone: those without a usable time.
select * from ($text) as part where timestamp is null or timestamp < $end
