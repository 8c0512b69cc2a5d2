-- Make what says of what the kept cubes are: by whom they were made, of which rows, cut how.
-- A part is a run of rows of one table: what it holds is told by `print`, its latest moment is `last_us`.
create table kept.main.kept_cubes_made_by (version varchar);
create table kept.main.kept_cubes_parts (
    part bigint, recorded_table varchar, first_row bigint, until_row bigint, print varchar, last_us bigint
);
create table kept.main.kept_cubes_cut (cube varchar, cut varchar);
create schema kept.cubes
