-- What a folder of Parquet needs to be written to exactly once: the number of the next file, and which files are to be moved to their places or removed.
-- Both are written in the transaction of the names of segments, and done after it.
create sequence if not exists parquet_numbers;
create table if not exists unpublished_files (made varchar, place varchar);
create table if not exists superseded_files (place varchar);
-- The rows of the files are nowhere else: these tables hold them only until they are written.
create or replace temp table telemetry as from telemetry limit 0;
create or replace temp table attempts as from attempts limit 0;
create or replace temp table guardrail_events as from guardrail_events limit 0;
