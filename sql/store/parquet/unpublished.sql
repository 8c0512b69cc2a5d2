-- Which files are to be moved to which places.
select made, place from unpublished_files
