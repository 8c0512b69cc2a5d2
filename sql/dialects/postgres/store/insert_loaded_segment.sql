-- Remember segments in the transaction of their rows: no line of them is ever loaded twice.
insert into loaded_segments as known (segment, loaded_at, records, quarantined)
select segment, now() at time zone 'UTC', records, $quarantined
from unnest($segments::text[], $records::bigint[]) as loaded (segment, records)
on conflict (segment) do update set
    loaded_at = excluded.loaded_at,
    records = known.records + excluded.records,
    quarantined = known.quarantined + excluded.quarantined
