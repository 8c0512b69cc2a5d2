"""A segment: one preallocated file of lines that this process writes to through memory.

The page cache belongs to the kernel, so a line copied into the mapping survives any death of the process. A line is
copied together with its newline by one call, `mmap.write`, which the interpreter does not interrupt: threads, signal
handlers and finalizers need to agree on nothing else, so writing takes no lock. A process killed within the copy leaves
a last line with zeros in it, which no other line has; the reader cuts it off.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import secrets
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from finops_router.telemetry.folders import make_in

NEW, OPEN, SEALED = ".new", ".open", ".sealed"
POPULATE_WRITE = 23  # MADV_POPULATE_WRITE of Linux 5.14: take the page faults ahead of record()
PIECE = 64 * 2**10  # bytes done at a time while the interpreter is held
NAME_KEY = b'{"segment":"'


@dataclass(slots=True, eq=False)
class Segment:
    """A file that is locked and mapped for as long as it is written to.

    `lines_end` is known once it is frozen; `counted` is how far its lines have been counted: bytes and records.
    """

    path: Path
    handle: int
    map: mmap.mmap
    size: int
    first_at_s: float = 0.0
    is_published: bool = False
    lines_end: int | None = None
    counted: tuple[int, int] = (0, 0)
    freezing: threading.RLock = field(default_factory=threading.RLock)

    def named(self, line: bytes | bytearray) -> bytes:
        """Return a line that carries this segment's name too: its first, so that a copied file is known again."""
        return NAME_KEY + self.path.stem.encode() + b'",' + line[1:]

    def used_bytes(self) -> int:
        """Return how many bytes are lines."""
        if self.lines_end is not None:
            return self.lines_end
        with suppress(ValueError):  # closed by another thread since
            return self.map.tell()
        return self.lines_end or 0

    def freeze(self) -> None:
        """Let no further line in, and give the memory back; whoever writes now gets ValueError and goes elsewhere."""
        with self.freezing:
            if self.lines_end is None:
                with suppress(ValueError):  # a signal handler has done so between two of these lines
                    written = self.map.tell()
                    self.map.seek(0, os.SEEK_END)
                    end = self.map.find(b"\0", written)  # behind what other threads wrote between these two lines
                    self.lines_end = end if end >= 0 else self.size
            self.map.close()

    def count(self) -> int:
        """Return how many records it holds, from the file: what was counted before is not counted again."""
        end = self.used_bytes()
        place, records = self.counted
        while place < end:
            piece = os.pread(self.handle, min(PIECE, end - place), place)
            if not piece:
                break
            records += piece.count(b"\n")
            place += len(piece)
        self.counted = (place, records)  # in one step: a signal handler may count as well
        return records

    def is_at_its_place(self) -> bool:
        """Return whether its file still has its name: somebody may have removed or replaced it."""
        try:
            return os.path.samestat(os.fstat(self.handle), self.path.lstat())
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the file and its lock, in whatever state."""
        self.map.close()
        with suppress(OSError):
            os.close(self.handle)


def segment_name(now_s: float) -> str:
    """Return a name unique among processes and hosts: journals of several hosts may be copied together."""
    host = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:40]
    return f"{max(int(now_s * 1e6), 0):017d}-{host}-{os.getpid()}-{secrets.token_hex(4)}"


def create_segment(folder: Path, size: int, now_s: float) -> Segment:
    """Make a segment of `size` bytes with real blocks behind it, so that a full disk fails here.

    It is called open only once it is locked: a loader that came in between would take it for a dead
    process's and delete it under our hands. Raises OSError.
    """
    name = segment_name(now_s)
    made, path = folder / (name + NEW), folder / (name + OPEN)
    handle = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.posix_fallocate(handle, 0, size)
        mapping = mmap.mmap(handle, size, flags=mmap.MAP_SHARED)
        made.rename(path)
    except OSError:
        os.close(handle)
        with suppress(OSError):
            made.unlink()
        raise
    return Segment(path, handle, mapping, size)


def touch_pages(segment: Segment) -> None:
    """Have every page of a spare segment ready for writing, in pieces that keep no other thread waiting."""
    try:
        for start in range(0, segment.size, PIECE):
            segment.map.madvise(POPULATE_WRITE, start, min(PIECE, segment.size - start))
            time.sleep(0)  # lets go of the interpreter
    except (OSError, ValueError):
        return  # an older kernel, or in use already: pages become ready when they are written to


def seal(segment: Segment, *, sync: bool) -> None:
    """Cut a frozen segment to its lines, sync it and give it the name that loaders look for.

    If its file was removed or replaced under our hands, the lines are written anew from what we hold. Raises OSError.
    """
    os.ftruncate(segment.handle, segment.used_bytes())
    if sync:
        os.fsync(segment.handle)
    sealed = segment.path.with_suffix(SEALED)
    make_in(sealed.parent, lambda: _give_name(segment, sealed))


def _give_name(segment: Segment, sealed: Path) -> None:
    if segment.is_at_its_place():
        segment.path.rename(sealed)
        return
    made = segment.path.with_suffix(NEW)
    try:
        made.write_bytes(os.pread(segment.handle, segment.used_bytes(), 0))
        made.rename(sealed)
    except OSError:
        with suppress(OSError):
            made.unlink()
        raise
