"""Move telemetry from one store to another: by stretches of time, each in one transaction, no row twice."""
