-- Lay the telemetry file beside the in-memory database, as DuckDB's own format whatever its name; nothing writes to it.
attach $path as recorded (read_only, type duckdb)
