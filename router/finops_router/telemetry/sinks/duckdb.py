"""Load journal segments into DuckDB exactly once; the file is open only for the moment of a load.

Rows and the segment's name are committed together, the file is checkpointed, and only then is the
segment deleted: whatever dies in between, the next loader sees from `loaded_segments` what is in.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

import finops_router
from finops_router.telemetry.codec import is_record

BUSY = ("Could not set lock", "already attached")  # how DuckDB says that another process, or this one, has the file
FIRST_WAIT_S, LONGEST_WAIT_S = 0.01, 0.25
BATCH = 16  # segments a transaction: DuckDB writes large ones past its log, a third faster than one by one


@dataclass(frozen=True, slots=True)
class Health:
    """What the collector has to say of itself since the last load."""

    recorded: int = 0
    dropped: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load brought in: segments, records, and lines that could not be read."""

    segments: int = 0
    records: int = 0
    quarantined: int = 0


class StoreBusyError(Exception):
    """Another process has the database open; the segments stay where they are."""


class StoreError(Exception):
    """The database cannot be opened or written; the segments stay where they are."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long to wait for the database, and how: `clock` in seconds, `sleep` in seconds."""

    patience_s: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]


def _sql() -> Path:
    """The folder of SQL: within our package in a wheel, at the checkout's root else; never the import name `sql`.

    A folder sql/ of the application's own would be found by that name, and its statements executed.
    """
    package = Path(finops_router.__file__).parent
    packed = package / "sql"
    return packed if packed.is_dir() else package.parent.parent / "sql"


@cache
def _statement(name: str) -> str:
    return (_sql() / "store" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def _schema() -> tuple[str, ...]:
    folder = _sql() / "schema"
    names = sorted(place.name for place in folder.iterdir() if place.name.endswith(".sql"))
    return tuple((folder / name).read_text(encoding="utf-8") for name in names)


def load(db: Path, segments: Sequence[Path], health: Health, waiting: Waiting) -> Loaded:
    """Load sealed segments, some at a time in one transaction with their names, checkpoint, then delete them.

    Raises StoreBusyError when the file stays locked, StoreError and OSError when it cannot be
    written; what was committed stays, the other segments stay in the journal.
    """
    if not segments and not (health.dropped or health.note):
        return Loaded()
    try:
        return _load_all(db, segments, health, waiting)
    except duckdb.Error as err:
        raise StoreError(str(err).splitlines()[0]) from err


def _load_all(db: Path, segments: Sequence[Path], health: Health, waiting: Waiting) -> Loaded:
    total = Loaded()
    with _connect(db, waiting) as con:
        for text in _schema():
            con.execute(text)
        for start in range(0, len(segments), BATCH):
            total = _add(total, _load_batch(con, segments[start : start + BATCH]))
        if health.dropped or health.note or total.quarantined:
            _say(con, health, total.quarantined)
        con.execute("checkpoint")
    for path in segments:
        path.unlink(missing_ok=True)
    return total


def _connect(db: Path, waiting: Waiting) -> duckdb.DuckDBPyConnection:
    db.parent.mkdir(parents=True, exist_ok=True)
    deadline = waiting.clock() + waiting.patience_s
    wait_s = FIRST_WAIT_S
    while True:
        try:
            return duckdb.connect(str(db))
        except duckdb.Error as err:
            if not any(sign in str(err) for sign in BUSY):
                raise
            if waiting.clock() + wait_s > deadline:
                raise StoreBusyError(str(err).splitlines()[0]) from err
        waiting.sleep(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def _add(one: Loaded, other: Loaded) -> Loaded:
    return Loaded(one.segments + other.segments, one.records + other.records, one.quarantined + other.quarantined)


def _load_batch(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Loaded:
    """Load several segments in one transaction; where one has unreadable lines, each in its own."""
    fresh = [path for path in paths if not _is_loaded(con, path)]
    if not fresh:
        return Loaded()
    if _reads_clean(con, fresh):
        return _keep(con, fresh, 0)
    total = Loaded()
    for path in fresh:
        quarantined = _read_sifted(con, path)
        total = _add(total, _keep(con, [path], quarantined))
    return total


def _reads_clean(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> bool:
    """Read the segments; False where a line is no JSON or no record."""
    try:
        con.execute(_statement("read_segments"), {"paths": [str(path) for path in paths]})
    except duckdb.Error:
        return False
    return con.execute(_statement("has_strangers")).fetchall() == [(False,)]


def _is_loaded(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    return con.execute(_statement("is_loaded"), {"segment": path.stem}).fetchall() == [(True,)]


def _keep(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], quarantined: int) -> Loaded:
    """Insert what was read, with the names of its segments, in one transaction."""
    counts = dict(con.execute(_statement("count_segments")).fetchall())
    con.execute("begin")
    try:
        for table in ("telemetry", "attempts", "guardrail_events"):
            con.execute(_statement(f"insert_{table}"))
        for path in paths:
            name = {"segment": path.stem, "records": counts.get(path.stem, 0), "quarantined": quarantined}
            con.execute(_statement("insert_loaded_segment"), name)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return Loaded(len(paths), sum(counts.values()), quarantined)


def _read_sifted(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Read the lines that are records; keep the others in quarantine/<segment>.ndjson and count them."""
    lines = [line for line in path.read_bytes().split(b"\n") if line]
    good = [line for line in lines if is_record(line)]
    bad = [line for line in lines if not is_record(line)]
    clean = path.with_suffix(".clean")
    try:
        _write_lines(clean, good)
        con.execute(_statement("read_segments"), {"paths": [str(clean)]})
    except duckdb.Error:  # what DuckDB cannot read although we can: set the whole segment aside
        bad = lines
        _write_lines(clean, [])
        con.execute(_statement("read_segments"), {"paths": [str(clean)]})
    finally:
        clean.unlink(missing_ok=True)
    quarantine = path.parent / "quarantine"
    quarantine.mkdir(exist_ok=True)
    _write_lines(quarantine / f"{path.stem}.ndjson", bad)
    return len(bad)


def _write_lines(path: Path, lines: Sequence[bytes]) -> None:
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _say(con: duckdb.DuckDBPyConnection, health: Health, quarantined: int) -> None:
    con.execute(
        _statement("insert_health"),
        {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "recorded": health.recorded,
            "dropped": health.dropped,
            "quarantined": quarantined,
            "note": health.note or None,
        },
    )
