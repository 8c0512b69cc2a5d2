-- By which version of statements and tables the kept cubes were made.
select version from kept.main.kept_cubes_made_by
