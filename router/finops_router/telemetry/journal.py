"""Keep records safe the moment they are recorded: one memory-mapped segment file of this process at a time.

The page cache belongs to the kernel, so a line copied into the mapping survives any death of the
process. A line counts once its newline stands: it is written after the line itself, as one byte, so
that a process killed in between leaves a tail without a newline, which the reader cuts off.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Fsync = Literal["seal", "always", "never"]
NEW, OPEN, SEALED = ".new", ".open", ".sealed"
SEAL_REQUEST = "seal-request"
NEWLINE = 10


def journal_folder(db: Path) -> Path:
    """Return the journal of a database: a folder beside it."""
    return db.with_name(db.name + ".journal")


@dataclass(slots=True)
class Segment:
    """A preallocated file mapped into memory; it is locked for as long as its process lives."""

    path: Path
    handle: int
    map: mmap.mmap
    size: int
    offset: int = 0
    first_at_s: float = 0.0


def create_segment(folder: Path, size: int, now_s: float) -> Segment:
    """Make a segment of `size` bytes with real blocks behind it, so that a full disk fails here.

    Its name is unique among processes and hosts: journals of several hosts may be copied together.
    It is called open only once it is locked: a loader that came in between would take it for a dead
    process's and delete it under our hands. Raises OSError.
    """
    host = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:40]
    name = f"{int(now_s * 1e6):017d}-{host}-{os.getpid()}-{secrets.token_hex(4)}"
    made, path = folder / (name + NEW), folder / (name + OPEN)
    handle = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.posix_fallocate(handle, 0, size)
        mapping = mmap.mmap(handle, size, flags=mmap.MAP_SHARED | mmap.MAP_POPULATE)
        made.rename(path)
    except OSError:
        made.unlink(missing_ok=True)
        os.close(handle)
        raise
    return Segment(path, handle, mapping, size)


class Journal:
    """Append lines to this process's segment; never waits for a disk, a lock of I/O or another process.

    `budget_bytes` bounds what all processes together keep in `folder`; past it lines are dropped
    and counted. `clock` gives seconds since 1970-01-01 UTC.
    """

    def __init__(
        self, folder: Path, segment_bytes: int, budget_bytes: int, fsync: Fsync, clock: Callable[[], float]
    ) -> None:
        self.folder = folder
        self.recorded = 0
        self.dropped = 0
        self.last_error: str | None = None
        self.needs_spare = threading.Event()
        self._segment_bytes, self._budget_bytes = segment_bytes, budget_bytes
        self._fsync, self._clock = fsync, clock
        self._lock, self._finishing = threading.Lock(), threading.Lock()
        self._current: Segment | None = None
        self._spare: Segment | None = None
        self._full: list[Segment] = []
        self._closed = False

    def append(self, line: bytes) -> None:
        """Keep one line (without its newline), or count it as dropped; never raises."""
        with self._lock:
            segment = self._current
            length = len(line)
            if segment is None or segment.offset + length >= segment.size:
                segment = self._next(length)
                if segment is None:
                    self.dropped += 1
                    return
            end = segment.offset + length
            segment.map[segment.offset : end] = line
            segment.map[end] = NEWLINE
            segment.offset = end + 1
            self.recorded += 1
            if self._fsync == "always":
                segment.map.flush()

    def drop(self, why: str) -> None:
        """Count a record that could not be encoded."""
        with self._lock:
            self.dropped += 1
            self.last_error = why

    def _next(self, length: int) -> Segment | None:
        """Take the spare segment, or make one if the background was not fast enough; held under the lock."""
        if self._closed or length >= self._segment_bytes:
            self.last_error = "the collector is closed" if self._closed else "a record is larger than a segment"
            return None
        spare = self._spare or self._make()
        if spare is None:
            return None
        if self._current is not None:
            self._full.append(self._current)
        self._current, self._spare = spare, None
        spare.first_at_s = self._clock()
        self.needs_spare.set()
        return spare

    def _make(self) -> Segment | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.bytes_on_disk() + self._segment_bytes > self._budget_bytes:
                self.last_error = f"the journal is full: {self._budget_bytes} bytes"
                return None
            return create_segment(self.folder, self._segment_bytes, self._clock())
        except OSError as err:
            self.last_error = f"no segment can be made: {err}"
            return None

    def prepare_spare(self) -> None:
        """Make the next segment ahead of time; called by the background, not by record()."""
        self.needs_spare.clear()
        if self._spare is not None or self._closed:
            return
        made = self._make()
        with self._lock:
            if self._spare is None and not self._closed:
                self._spare, made = made, None
        if made is not None:
            self._discard(made)

    def oldest_s(self) -> float | None:
        """When the current segment got its first line, None while it has none."""
        segment = self._current
        return segment.first_at_s if segment is not None and segment.offset else None

    def seal(self) -> None:
        """Give what was recorded so far to whoever loads: cut, sync and rename the segments with lines."""
        with self._lock:
            if self._current is not None and self._current.offset:
                self._full.append(self._current)
                self._current = None
        self.finish_full()

    def finish_full(self) -> None:
        """Give the segments that are full to whoever loads, and their memory back, before their disk is waited for.

        One thread at a time: a flush returns only when what the background began is done as well.
        """
        with self._finishing:
            with self._lock:
                full, self._full = self._full, []
            for segment in full:
                segment.map.close()
            for segment in full:
                self._finish(segment)

    def _finish(self, segment: Segment) -> None:
        os.ftruncate(segment.handle, segment.offset)
        if self._fsync != "never":
            os.fsync(segment.handle)
        segment.path.rename(segment.path.with_suffix(SEALED))
        os.close(segment.handle)

    @staticmethod
    def _discard(segment: Segment) -> None:
        segment.map.close()
        segment.path.unlink(missing_ok=True)
        os.close(segment.handle)

    def close(self) -> None:
        """Seal, give the unused spare back, and drop (and count) whatever is recorded from now on."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
            unused = self._current if self._current is not None and not self._current.offset else None
            if unused is not None:
                self._current = None
        for segment in (spare, unused):
            if segment is not None:
                self._discard(segment)
        self.seal()

    def forget_parent(self) -> None:
        """In a forked child: let go of the parent's segments without touching them, and start afresh."""
        self._lock, self._finishing = threading.Lock(), threading.Lock()
        self.needs_spare = threading.Event()
        for segment in (self._current, self._spare, *self._full):
            if segment is not None:
                segment.map.close()
                os.close(segment.handle)
        self._current = self._spare = None
        self._full = []
        self.recorded = self.dropped = 0

    def bytes_on_disk(self) -> int:
        """What all processes together have in the journal folder, in bytes."""
        total = 0
        for path in self.folder.glob("*"):
            if path.suffix in (NEW, OPEN, SEALED):
                try:
                    total += path.stat().st_size
                except FileNotFoundError:
                    continue
        return total
