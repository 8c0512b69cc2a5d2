"""Turn LLM telemetry in DuckDB into one self-contained report."""

__version__ = "0.1.0"
