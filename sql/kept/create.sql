-- Make what says of what the kept cubes are: by whom they were made, of which rows, cut how.
-- A part is rows of one table, said in the words of its source: what they hold is told by `print`, their latest moment is `last_us`.
-- `ids` has the id of every row as a number (macro `id_hash`), which two ids may share: whoever looks an id up there finds all its
-- rows, and hardly ever one more. `followed` has the rows of the requests that several rows are followed for.
create table kept.main.kept_cubes_made_by (version varchar);
create table kept.main.kept_cubes_parts (
    part bigint, recorded_table varchar, part_rows varchar, print varchar, last_us bigint
);
create table kept.main.kept_cubes_cut (cube varchar, cut varchar);
create table kept.main.kept_cubes_coarse (cube varchar, stretch_us bigint, made_of varchar);
create schema kept.cubes;
create schema kept.coarse;
create schema kept.by_day;
create schema kept.ids;
create table kept.ids.telemetry (part bigint, id_hash bigint, at_row bigint, is_trouble boolean);
create table kept.ids.attempts (part bigint, id_hash bigint, at_row bigint, is_trouble boolean);
create schema kept.followed;
create table kept.followed.telemetry (
    part bigint, id_hash bigint, epoch_us bigint, request_id varchar, provider varchar, output_tokens bigint, failed integer
);
create table kept.followed.attempts (
    part bigint, id_hash bigint, epoch_us bigint, request_id varchar, attempt integer, provider varchar, model varchar,
    outcome varchar, error_type varchar, latency_ms double, tokens bigint, cost_usd decimal(28, 12)
)
