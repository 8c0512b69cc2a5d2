-- Which journal segments are in the tables already: written in the same transaction as their rows.
create table if not exists loaded_segments (
    segment varchar primary key,
    loaded_at timestamp,
    records bigint,
    quarantined bigint
);
create table if not exists schema_version (
    version integer primary key,
    applied_at timestamp
);
