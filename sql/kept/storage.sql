-- How each row group of a table lies in the file: its rows, its blocks, and all that DuckDB says of its segments, as one print.
-- Where a block lies is not what it holds: the sums of the blocks themselves are added by who reads this.
select
    row_group_id,
    sum(case when column_path = '[0]' then count else 0 end) as stored_rows,
    cast(sum(cast(hash(
        column_name, column_path, segment_id, segment_type, start, count, compression, stats, block_id, block_offset, additional_block_ids
    ) as hugeint)) as varchar) as print,
    list(distinct block_id) filter (block_id >= 0) as blocks,
    flatten(list(additional_block_ids)) as further_blocks,
    bool_and(persistent and not has_updates) as is_written
from pragma_storage_info($recorded_table)
group by row_group_id
order by row_group_id
