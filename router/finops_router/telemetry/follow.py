"""Follow the journal as it is written: records of every process on this host, as they happen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from finops_router.records import Record
from finops_router.telemetry.codec import UNREADABLE, decode
from finops_router.telemetry.held_files import open_regular
from finops_router.telemetry.segment import OPEN, SEALED


def follow(folder: Path, *, wait: Callable[[], bool]) -> Iterator[Record]:
    """Yield each record once, soon after it was recorded; ends if `wait()` returns False.

    `wait` pauses between looks. A file that was opened once is read to its end even when a loader
    deletes it meanwhile. Lines that are no records are passed over: the loader counts them.
    """
    opened: dict[str, BinaryIO] = {}
    while True:
        yield from _news(folder, opened)
        if not wait():
            break
    for file in opened.values():
        file.close()


def _news(folder: Path, opened: dict[str, BinaryIO]) -> Iterator[Record]:
    present = _present(folder)
    for stem, path in present.items():
        if stem not in opened:
            with suppress(OSError):  # gone since, somebody else's, or no file
                opened[stem] = os.fdopen(open_regular(path, os.O_RDONLY), "rb")
    for stem, file in list(opened.items()):
        yield from _lines(file)
        if stem not in present:
            file.close()
            del opened[stem]


def _present(folder: Path) -> dict[str, Path]:
    try:
        with os.scandir(folder) as entries:
            paths = [Path(entry.path) for entry in entries if entry.name.endswith((OPEN, SEALED))]
    except OSError:
        paths = []  # not there yet, or not to be listed for now
    return {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}


def _lines(file: BinaryIO) -> Iterator[Record]:
    """Yield the records of the whole lines since the last look; the file's position stays behind the last of them."""
    start = file.tell()
    content = file.read()
    end = content.find(b"\0")
    whole = content[: content.rfind(b"\n", 0, end if end >= 0 else len(content)) + 1]
    file.seek(start + len(whole))
    for line in whole.split(b"\n"):
        try:
            if line:
                yield decode(line)
        except UNREADABLE:
            continue
