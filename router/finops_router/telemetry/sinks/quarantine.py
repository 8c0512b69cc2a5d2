"""Part the lines of a damaged segment: records to load, and lines that are none to keep aside for people to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from finops_router.telemetry.codec import is_record

FOLDER = "quarantine"


@dataclass(frozen=True, slots=True)
class Sifted:
    """The lines of one segment: those that are records, and the others."""

    records: tuple[bytes, ...]
    strangers: tuple[bytes, ...]


def lines_of(segment: Path) -> list[bytes]:
    """Return the lines of a segment without their newlines. Raises OSError."""
    return [line for line in segment.read_bytes().split(b"\n") if line]


def sift(segment: Path) -> Sifted:
    """Read a segment and part its lines. Raises OSError."""
    records: list[bytes] = []
    strangers: list[bytes] = []
    for line in lines_of(segment):
        (records if is_record(line) else strangers).append(line)
    return Sifted(tuple(records), tuple(strangers))


@contextmanager
def clean_copy(segment: Path, lines: Iterable[bytes]) -> Iterator[Path]:
    """Give a file of that segment's name with these lines alone; it is removed afterwards. Raises OSError."""
    path = segment.with_suffix(".clean")
    try:
        _write_lines(path, lines)
        yield path
    finally:
        path.unlink(missing_ok=True)


def set_aside(segment: Path, strangers: Iterable[bytes]) -> None:
    """Keep lines of a segment that are no records in <journal>/quarantine/<segment>.ndjson. Raises OSError."""
    folder = segment.parent / FOLDER
    folder.mkdir(exist_ok=True)
    _write_lines(folder / f"{segment.stem}.ndjson", strangers)


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
