-- Keep all other loaders of these tables out until the transaction ends, if none is loading now.
select pg_try_advisory_xact_lock(hashtextextended('finops telemetry: ' || coalesce(current_schema(), ''), 0))
