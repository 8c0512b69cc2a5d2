-- Which files are to be removed.
select place from superseded_files
