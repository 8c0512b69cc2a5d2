-- Remember that a file that was made is to be moved to its place.
insert into unpublished_files values ($made, $place)
