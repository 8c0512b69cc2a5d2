-- How many lines of these segments are in the tables, or were set aside; those that were never loaded are not among them.
select assumeNotNull(segment), sum(records) + sum(quarantined)
from loaded_segments
where segment in {segments:Array(String)}
group by segment
