-- How the time of each kept cube is cut: by which slots, into the days of which zone.
select cube, cut from kept.main.kept_cubes_cut
