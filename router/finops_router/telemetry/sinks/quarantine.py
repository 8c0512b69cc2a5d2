"""Part the lines of a damaged segment: records to load, and lines that are none to keep aside for people to look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from finops_router.telemetry.codec import is_record, is_surely_none
from finops_router.telemetry.folders import make_in
from finops_router.telemetry.held_files import open_regular
from finops_router.telemetry.segments import CLEAN

FOLDER = "quarantine"
Reads = Callable[[Path], bool]  # whether the store reads all lines of a file as records


def lines_of(segment: Path) -> list[bytes]:
    """Return the lines of a segment without their newlines. Raises OSError."""
    return [line for line in segment.read_bytes().split(b"\n") if line.strip(b" \t\r")]


def sift(lines: list[bytes], segment: Path, reads: Reads) -> list[bytes]:
    """Return the lines that the store reads as records; those that we would write ourselves are asked about together.

    Raises OSError.
    """
    ours: list[bytes] = []
    others: list[bytes] = []
    for line in lines:
        (ours if is_record(line) else others).append(line)
    doubtful = [line for line in others if not is_surely_none(line)]
    return _readable(ours, segment, reads) + _readable(doubtful, segment, reads)


def _readable(lines: list[bytes], segment: Path, reads: Reads) -> list[bytes]:
    """Return the lines that the store itself reads as records: it alone decides, asked about ever smaller parts.

    A second judge would disagree with it sooner or later, and then one bad line sets others aside. Raises OSError.
    """
    if not lines:
        return []
    with clean_copy(segment, lines) as path:
        if reads(path):
            return lines
    if len(lines) == 1:
        return []
    middle = len(lines) // 2
    return _readable(lines[:middle], segment, reads) + _readable(lines[middle:], segment, reads)


@contextmanager
def clean_copy(segment: Path, lines: Iterable[bytes]) -> Iterator[Path]:
    """Give a file of that segment's name with these lines alone; it is removed afterwards. Raises OSError."""
    path = segment.with_suffix(CLEAN)
    try:
        _write_lines(path, lines)
        yield path
    finally:
        path.unlink(missing_ok=True)


def set_aside(segment: Path, strangers: Iterable[bytes]) -> None:
    """Keep lines of a segment that are no records in <journal>/quarantine/<segment>.ndjson. Raises OSError."""
    folder = segment.parent / FOLDER
    lines = list(strangers)
    make_in(folder, lambda: _write_lines(folder / f"{segment.stem}.ndjson", lines))


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    with os.fdopen(open_regular(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as file:
        file.write(b"".join(line + b"\n" for line in lines))
