-- Throw away the sums of stretches that are not known.
delete from kept.coarse.latency where latency.stretch_us not in (select stretch_us from kept.main.kept_cubes_coarse where cube = 'latency')
