"""Find the journal segments that may be loaded: sealed ones, and those whose process is dead."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finops_router.telemetry.journal import NEW, OPEN, SEALED

UNFINISHED_S = 3600.0  # a segment that was not finished in an hour belongs to nobody any more


def loadable(folder: Path) -> list[Path]:
    """Seal what dead processes left behind and return all sealed segments, oldest first. Raises OSError."""
    for path in folder.glob("*" + OPEN):
        _adopt(path)
    for path in folder.glob("*" + NEW):
        _clear_away(path)
    return sealed(folder)


def sealed(folder: Path) -> list[Path]:
    """Return the segments that wait to be loaded, oldest first."""
    return sorted(folder.glob("*" + SEALED))


def live(folder: Path) -> list[Path]:
    """Return the segments that a living process writes to right now."""
    return [path for path in sorted(folder.glob("*" + OPEN)) if _is_held(path)]


def _is_held(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _adopt(path: Path) -> None:
    """Take over a dead process's segment: cut its torn or empty tail and rename it; leave a living one's alone."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not path.exists():
            return
        length = whole_length(path.read_bytes())
        if length == 0:
            path.unlink(missing_ok=True)
            return
        os.ftruncate(handle, length)
        os.fsync(handle)
        path.rename(path.with_suffix(SEALED))
    except BlockingIOError:
        return
    finally:
        os.close(handle)


def _clear_away(path: Path) -> None:
    """Remove the empty file of a process that died while it made a segment; no record was ever in it."""
    try:
        if time.time() - path.stat().st_mtime > UNFINISHED_S:
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return  # finished and renamed since


def whole_length(content: bytes) -> int:
    """Return how many bytes of a segment are whole lines: up to its last newline; a torn last line is not."""
    return content.rfind(b"\n") + 1


@contextmanager
def only_loader(folder: Path) -> Iterator[bool]:
    """Hold the folder's loader lock; gives False when another process is loading right now."""
    handle = os.open(folder / "loader.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
