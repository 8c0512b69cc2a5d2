-- Lay the file of kept cubes beside the telemetry; it is made if it is not there.
attach $path as kept (type duckdb)
