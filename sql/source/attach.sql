-- Lay the telemetry file beside the in-memory database; nothing here ever writes to it.
attach $path as recorded (read_only)
