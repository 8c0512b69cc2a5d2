"""Find what may be loaded from a journal: sealed segments, those of dead processes, and reports of losses.

A folder that many processes, copies and people reach holds stranger things than segments. Whatever cannot be read is
named and passed over: it never keeps the others waiting.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from finops_router.telemetry.held_files import NotAFileError, locked, locked_folder, open_regular
from finops_router.telemetry.losses import LOSSES
from finops_router.telemetry.segment import NEW, OPEN, SEALED
from finops_router.telemetry.unread import Unread, unread

CLEAN = ".clean"  # what a loader makes of a damaged segment, for the moment of loading it
UNFINISHED_S = 3600.0  # a segment that was not finished in an hour belongs to nobody any more
LOCK = "loader.lock"
FIRST_NAME = re.compile(rb'\{"segment":"([^"\\]{1,200})"')


@dataclass(slots=True)
class Loadable:
    """What a loader finds: sealed segments and reports of losses, oldest first, and what it cannot read, with why."""

    segments: list[Path] = field(default_factory=list)
    losses: list[Path] = field(default_factory=list)
    left_out: list[Unread] = field(default_factory=list)


def loadable(folder: Path) -> Loadable:
    """Seal what dead processes left and return what may be loaded. Raises OSError if `folder` cannot be listed."""
    found = Loadable()
    steps: dict[str, Callable[[Path], None]] = {OPEN: _adopt, NEW: _clear_away, CLEAN: Path.unlink}
    for suffix, step in steps.items():
        for path in _entries(folder, suffix):
            with _passing_over(path, found):
                step(path)
    for path in _entries(folder, SEALED, LOSSES):
        with _passing_over(path, found):
            os.close(open_regular(path, os.O_RDONLY))
            (found.segments if path.name.endswith(SEALED) else found.losses).append(path)
    return found


@contextmanager
def _passing_over(path: Path, found: Loadable) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if path.is_symlink():
            found.left_out.append(unread(path, error))
    except OSError as error:
        found.left_out.append(unread(path, error))


def _entries(folder: Path, *suffixes: str) -> list[Path]:
    """Return the entries that end with one of these suffixes, or are called so, by name. Raises OSError."""
    with os.scandir(folder) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.name.endswith(suffixes))


def sealed(folder: Path) -> list[Path]:
    """Return the segments that wait to be loaded, oldest first. Raises OSError."""
    return _entries(folder, SEALED)


def live(folder: Path) -> list[Path]:
    """Return the segments that a living process writes to right now. Raises OSError if `folder` cannot be listed."""
    return [path for path in _entries(folder, OPEN) if _is_held(path)]


def file_bytes(path: Path) -> int:
    """Return a file's size, 0 if it is gone or not to be seen."""
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def segment_id(path: Path) -> str:
    """Return the name that a segment was made with: that in its first line, so that a copy under another is known.

    Segments of versions before 2026-11-27 have it as their file's name alone. Raises OSError.
    """
    with path.open("rb") as file:
        found = FIRST_NAME.match(file.read(256))
    return found[1].decode(errors="replace") if found else path.stem


def _is_held(path: Path) -> bool:
    try:
        with locked(path, os.O_RDONLY, fcntl.LOCK_SH):
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False  # gone, or not to be read: not to be waited for


def _adopt(path: Path) -> None:
    """Take over a dead process's segment: cut its torn or empty tail and rename it; leave a living one's alone."""
    try:
        with locked(path, os.O_RDWR) as handle:
            if not path.exists():
                return
            content = path.read_bytes()
            length = untorn_length(content[: whole_length(content)])
            if length == 0:
                path.unlink(missing_ok=True)
                return
            os.ftruncate(handle, length)
            os.fsync(handle)
            path.rename(path.with_suffix(SEALED))
    except BlockingIOError:
        return


def _clear_away(path: Path) -> None:
    """Remove the empty file of a process that died while it made a segment; no record was ever in it."""
    if time.time() - path.lstat().st_mtime > UNFINISHED_S:
        path.unlink(missing_ok=True)


def whole_length(content: bytes) -> int:
    """Return how many bytes of a segment are whole lines: up to its last newline; a torn last line is not."""
    return content.rfind(b"\n") + 1


def untorn_length(lines: bytes) -> int:
    """Return how many bytes of lines were written whole: a process killed within the last leaves zeros in it."""
    last = lines.rfind(b"\n", 0, max(len(lines) - 1, 0)) + 1
    return last if b"\0" in lines[last:] else len(lines)


@contextmanager
def only_loader(folder: Path) -> Iterator[bool]:
    """Hold the folder's loader lock; gives False when another process is loading right now. Raises OSError.

    If something that is no file has the lock's name, all loaders see it, and lock the folder itself instead.
    """
    with ExitStack() as held:
        try:
            try:
                held.enter_context(locked(folder / LOCK, os.O_RDWR | os.O_CREAT))
            except NotAFileError:
                held.enter_context(locked_folder(folder))
        except BlockingIOError:
            yield False
            return
        yield True
