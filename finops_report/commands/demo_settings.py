"""Write the settings of the demo's report, and the counts they name, beside its database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from finops_report.errors import OutputError

PLACEHOLDER = "UNITS"  # in the packaged settings: the counts are called by their database


def write_settings(db: Path, days: int, first: date, seed: int) -> Path:
    """Write <database>.toml and <database>.units.csv and return where the settings are.

    Raises OutputError if somebody else's file is there, or none can be written.
    """
    from finops_router.demo.outcomes import outcomes_csv
    from finops_router.demo.trace import read_rhythm, read_text

    settings, counts = (db.with_name(f"{db.stem}.{ending}") for ending in ("toml", "units.csv"))
    text = read_text("report.toml")
    _check_ours(settings, counts, text.splitlines()[0])
    try:
        counts.write_text(outcomes_csv(read_rhythm(), first, days, seed), encoding="utf-8")
        settings.write_text(text.replace(PLACEHOLDER, counts.name), encoding="utf-8")
    except OSError as err:
        raise OutputError(f"The demo's settings cannot be written: {settings}", "check free space") from err
    return settings


def _check_ours(settings: Path, counts: Path, mark: str) -> None:
    """Raise OutputError if one of the files is there and the demo did not write it."""
    ours = settings.is_file() and settings.read_text(encoding="utf-8", errors="replace").startswith(mark)
    for path in (settings, counts):
        if path.exists() and not ours:
            raise OutputError(
                f"It is not the demo's and is left alone: {path}", "give the demo a file of its own: --db demo.duckdb"
            )
