-- All files are in their places.
delete from unpublished_files;
delete from superseded_files;
