-- The parts of which cubes are kept.
select part, recorded_table, part_rows, print, last_us from kept.main.kept_cubes_parts order by part
