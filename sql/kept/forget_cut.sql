-- Forget how the time of a cube was cut, before it is summed anew.
delete from kept.main.kept_cubes_cut where cube = $cube
