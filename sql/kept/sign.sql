-- Say by which version the kept cubes are made.
insert into kept.main.kept_cubes_made_by values ($version)
