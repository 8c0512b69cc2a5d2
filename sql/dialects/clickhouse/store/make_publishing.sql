-- A row in it says that what is staged is whole, and is to be seen.
create table if not exists finops_publishing (at DateTime64(6, 'UTC'))
engine = MergeTree order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1
