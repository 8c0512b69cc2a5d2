"""Stores that journal segments are loaded into: one protocol, one kind of store a file."""

from __future__ import annotations

from pathlib import Path

from finops_router.telemetry.sinks.contract import Sink


def sink_at(db: Path, *, has_machine: bool = False) -> Sink:
    """Return the sink for the store at `db`; its library is imported now, not with this package.

    With `has_machine` it may take what memory and processors there are; else it works beside an application.
    """
    from finops_router.telemetry.sinks.duckdb import DuckDBSink  # noqa: PLC0415 -- 0.1 s that only loading needs

    return DuckDBSink(db, has_machine=has_machine)
