-- Throw away what another version made, or of what another source was kept.
drop table if exists kept.main.kept_cubes_made_by;
drop table if exists kept.main.kept_cubes_parts;
drop table if exists kept.main.kept_cubes_cut;
drop table if exists kept.main.kept_cubes_coarse;
drop table if exists kept.main.kept_cubes_files;
drop schema if exists kept.cubes cascade;
drop schema if exists kept.coarse cascade;
drop schema if exists kept.by_day cascade;
drop schema if exists kept.ids cascade;
drop schema if exists kept.followed cascade
