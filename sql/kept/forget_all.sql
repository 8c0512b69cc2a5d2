-- Take the sign away under which kept cubes are believed.
delete from kept.main.kept_cubes_made_by
