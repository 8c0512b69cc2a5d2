"""Turn LLM telemetry in DuckDB into one self-contained report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from finops_report.notebook.days import Days
    from finops_report.notebook.telemetry import Telemetry

__all__ = ["open"]
__version__ = "1.0.0"


def open(  # noqa: A001 -- finops_report.open(db) reads as what it does; nothing here opens a file
    db: str | PathLike[str] = "telemetry.duckdb",
    days: Days | None = None,
    *,
    table: str | None = None,
    config: str | PathLike[str] | None = None,
) -> Telemetry:
    """Return the telemetry in `db`, for notebooks and programs: its views as DataFrames, its charts, its report.

    `days` are those to look at (None: all that are recorded), `table` the one of telemetry if there are several,
    `config` a finops.toml (None: the one in the current folder, if it is there). Nothing is read before something is
    asked for. Raises a FinopsError or RouterError, with `message` and `hint`, for settings that cannot be used.
    """
    from finops_report.notebook.telemetry import opened  # noqa: PLC0415 -- commands that need none of it start quickly

    return opened(db, days, table, config)
