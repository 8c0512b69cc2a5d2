-- Remember of which rows a part is, and what they were.
insert into kept.main.kept_cubes_parts values ($part, $recorded_table, $part_rows, $print, $last_us)
