"""Hand the telemetry on in others' forms: FOCUS for FinOps tools, spans, tables."""
