-- Of which time the rows of files that lie far away are read (parquet_far.sql).
set variable read_between = {'from_us': $from_us::bigint, 'until_us': $until_us::bigint}
