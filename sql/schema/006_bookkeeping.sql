-- Which journal segments are in the tables already: written in the same transaction as their rows.
create table if not exists loaded_segments (
    segment varchar primary key,
    loaded_at timestamp,
    records bigint,
    quarantined bigint
);
-- Made and not written: every file of this folder is additive and runs at each load, so no version is needed. It stays
-- because databases and readers' queries have it.
create table if not exists schema_version (
    version integer primary key,
    applied_at timestamp
);
