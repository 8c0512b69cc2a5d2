-- The segments that are in the tables, each once, as lines of text.
select segment, max(loaded_at) as loaded_at, sum(records) as records, sum(quarantined) as quarantined
from loaded_segments
group by segment
format CSV
