-- Which journal segments are in the tables already: written in the same transaction as their rows.
create table if not exists loaded_segments (
    segment text primary key,
    loaded_at timestamp,
    records bigint,
    quarantined bigint
);
-- Which files of this folder were run: an ALTER TABLE that adds nothing would still wait for all readers, at each load.
create table if not exists schema_version (
    version integer primary key,
    applied_at timestamp
);
