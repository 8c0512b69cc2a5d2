-- Remember the segment in the transaction of its rows: it is never loaded twice.
insert into loaded_segments values ($segment, now() at time zone 'UTC', $records, $quarantined)
