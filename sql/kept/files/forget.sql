-- Forget files, of which those that are there are remembered anew.
delete from kept.main.kept_cubes_files
