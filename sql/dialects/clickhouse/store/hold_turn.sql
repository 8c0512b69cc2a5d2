-- Run for ten minutes at most, as long as somebody listens.
-- A statement's id is that of one running statement alone, so whoever runs this one keeps all others out. It ends when its
-- connection does, whatever becomes of the program.
select sleepEachRow(0.05) from system.numbers limit 12000 format Null
