-- Remember segments in the transaction of their rows: no line of them is ever loaded twice.
insert into loaded_segments
select unnest($segments::varchar[]), now() at time zone 'UTC', unnest($records::bigint[]), $quarantined
on conflict (segment) do update set
    loaded_at = excluded.loaded_at,
    records = loaded_segments.records + excluded.records,
    quarantined = loaded_segments.quarantined + excluded.quarantined
