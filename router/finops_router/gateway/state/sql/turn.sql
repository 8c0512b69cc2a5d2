select
    pg_advisory_xact_lock(4607182418800017408),
    cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)
