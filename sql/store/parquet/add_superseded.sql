-- Remember that files are to be removed, for another holds what they do.
insert into superseded_files select unnest($places::varchar[])
