-- Remember of what the sums of new stretches are made.
insert into kept.main.kept_cubes_coarse
select $cube, stretch_us, made_of
from stretches_now
where made_of is not null
    and stretch_us not in (select stretch_us from kept.main.kept_cubes_coarse where cube = $cube)
