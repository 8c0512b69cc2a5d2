"""What a collector is given, and what it answers when asked what became of its records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finops_router.telemetry.journal import Fsync
from finops_router.telemetry.places import Place, journal_folder, place_of


@dataclass(frozen=True, slots=True)
class CollectorConfig:
    """Where records go and what may be spent on them.

    `fsync`: 'seal' survives any death of the process, 'always' also a power cut, 'never' leaves it
    to the kernel. `load=False` only journals; another process or `finops-report drain` loads. `db` and `journal` may
    be given as text: a DuckDB file, a folder for Parquet with a slash at its end, s3://BUCKET/PREFIX (gs://, az://),
    postgresql:// or clickhouse://HOST/DATABASE.
    """

    db: Place
    journal: Path | None = None
    segment_bytes: int = 8 * 2**20
    segment_s: float = 1.0
    load_s: float = 5.0
    max_journal_bytes: int = 2**30
    fsync: Fsync = "seal"
    load: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "db", place_of(self.db))
        if self.journal is not None:
            object.__setattr__(self, "journal", Path(self.journal))

    @property
    def folder(self) -> Path:
        """The journal's folder: the one given, else the one beside the database (places.journal_folder)."""
        return self.journal or journal_folder(self.db)


@dataclass(frozen=True, slots=True)
class Stats:
    """What became of a collector's records; `pending` are recorded and not yet known to be loaded."""

    recorded: int
    loaded: int
    pending: int
    dropped: int
    quarantined: int
    journal_bytes: int
    last_load_at_s: float | None
    last_error: str | None
