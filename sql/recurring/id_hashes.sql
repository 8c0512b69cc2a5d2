-- The ids of the period as numbers of 64 bits, a fraction of their text. DuckDB puts them beside the report if memory is short.
select hash(request_id) as id_hash
from requests
where epoch_us >= $from_us and epoch_us < $until_us and request_id is not null
