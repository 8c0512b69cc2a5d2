-- What the ends of files say that are known.
select file_name, print, column_types, row_count from kept.main.kept_cubes_files where made_by = $made_by
