-- Forget the stretches whose sums would be made of other rows now.
delete from kept.main.kept_cubes_coarse
where cube = $cube and (stretch_us, made_of) not in (select (stretch_us, made_of) from stretches_now where made_of is not null)
