-- Which requests met an attempt that failed or was skipped: few, and counted before all attempts are held against them.
select distinct request_id
from attempts_clean
where epoch_us >= $from_us and epoch_us < $until_us and outcome <> 'ok' and request_id is not null
