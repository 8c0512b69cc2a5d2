-- Remember how the time of a kept cube is cut.
insert into kept.main.kept_cubes_cut values ($cube, $cut)
