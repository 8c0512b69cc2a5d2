-- Let go of rows that are held only for a moment.
truncate telemetry
