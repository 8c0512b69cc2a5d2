-- Throw away the sums of days that are not known.
delete from kept.by_day.failovers
where slot_us - slot_us % 86400000000 not in (select stretch_us from kept.main.kept_cubes_coarse where cube = $cube)
