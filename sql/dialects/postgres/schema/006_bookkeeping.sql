-- Which journal segments are in the tables already: written in the same transaction as their rows.
create table if not exists loaded_segments (
    segment text primary key,
    loaded_at timestamp,
    records bigint,
    quarantined bigint
);
-- Made and not written, as in DuckDB: the files of this folder are run when a column of theirs is missing, and only add.
create table if not exists schema_version (
    version integer primary key,
    applied_at timestamp
);
