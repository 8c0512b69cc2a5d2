-- Remember the segment in the transaction of its rows: no line of it is ever loaded twice.
insert into loaded_segments values ($segment, now() at time zone 'UTC', $records, $quarantined)
on conflict (segment) do update set
    loaded_at = excluded.loaded_at,
    records = loaded_segments.records + excluded.records,
    quarantined = loaded_segments.quarantined + excluded.quarantined
