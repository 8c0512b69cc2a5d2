-- Let those recorded requests be in the table that can be the same as some of the segment.
insert into telemetry by name
select request_id, provider, response_id, input_tokens, output_tokens, timestamp
from read_parquet($paths, union_by_name = true, hive_partitioning = false)
where request_id in (select request_id from segment where request_id is not null)
    or response_id in (select response_id from segment where response_id is not null)
