-- Write what several files have into one, in order of time, with the columns of the table in its order.
copy (
    from (
        from query_table($table)
        union all by name
        from read_parquet($paths, union_by_name = true, hive_partitioning = false)
    )
    order by timestamp
) to $path (format parquet, compression zstd)
