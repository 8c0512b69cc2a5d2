-- How many files of the folder that rows are moved from are not in their places yet.
select count(*) from source.unpublished_files
