-- In which stretch of the report each of its local days is: by its first slot, as that of a month is the first slot of its first day.
select distinct day_us, stretch_us from spans
