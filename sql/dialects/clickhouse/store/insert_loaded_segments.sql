-- Remember segments with how many records they had: of one that grew there are several rows, which add up.
insert into finops_staged_loaded_segments (segment, loaded_at, records, quarantined)
select one.1, now64(6, 'UTC'), one.2, {quarantined:Int64}
from (select arrayJoin(arrayZip({segments:Array(String)}, {records:Array(Int64)})) as one) as loaded
