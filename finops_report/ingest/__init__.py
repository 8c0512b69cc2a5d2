"""Bring what other tools have recorded into the telemetry: read, counted our way, priced, each request once."""
