-- The slots of the stretches that are to be summed: those that are not known.
select slot_us, stretch_us
from stretches
where stretch_us in (select stretch_us from stretches_now)
    and stretch_us not in (select stretch_us from kept.main.kept_cubes_coarse where cube = $cube)
