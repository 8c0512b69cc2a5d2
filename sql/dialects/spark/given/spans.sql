-- The local days of the report, which the report's own calendar has worked out.
select inline(from_json($spans, 'array<struct<start_us: bigint, until_us: bigint, day_us: bigint, month_us: bigint, stretch_us: bigint>>'))
