-- The local days of the history, which the report's own calendar has worked out.
select inline(from_json($history_spans, 'array<struct<start_us: bigint, until_us: bigint, day_us: bigint>>'))
