"""Keep spans whose trace is not yet whole where kill -9 cannot reach them, until what they say is in the journal.

Lines go into files of a folder, one file at a time a process. A file is let go of once all traces that were under way
while it was written are settled; what a dead process left is read by the next one. No text of prompts or answers is in
a line: only what becomes a record, and where a span stands in its trace.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from finops_router.ingest.foreign import ForeignRequest

FILE_S = 30.0  # after which the next file is begun
SUFFIX = ".spans"


class SpooledSpan(msgspec.Struct, frozen=True, omit_defaults=True):
    """A span as it waits: its place in its trace, and the call it is of."""

    trace_id: str
    span_id: str
    parent_span_id: str = ""
    call: ForeignRequest | None = None


class _Ended(NamedTuple):
    path: Path
    fd: int
    ended_s: float


class Spool:
    """The files of this process in `folder`; times are those of one steady clock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encode = msgspec.json.Encoder(enc_hook=_plain).encode
        self._number = 0
        self._path, self._fd, self._begun_s = folder, -1, 0.0
        self._ended: list[_Ended] = []
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, spans: list[SpooledSpan], now_s: float) -> None:
        """Write spans, all at once. Raises OSError."""
        if self._fd >= 0 and now_s - self._begun_s >= FILE_S:
            self._ended.append(_Ended(self._path, self._fd, now_s))
            self._fd = -1
        if self._fd < 0:
            self._begin(now_s)
        whole = b"".join(self._encode(span) + b"\n" for span in spans)
        while whole:
            whole = whole[os.write(self._fd, whole) :]

    def _begin(self, now_s: float) -> None:
        while True:
            path = self._folder / f"{os.getpid()}-{self._number}{SUFFIX}"
            self._number += 1
            with suppress(FileExistsError):
                self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
                break
        fcntl.flock(self._fd, fcntl.LOCK_EX)  # held while the process lives: others leave the file alone
        self._path, self._begun_s = path, now_s

    def let_go(self, since_s: float | None) -> None:
        """Remove the files that ended before `since_s`, when the oldest trace under way began; None: all of them."""
        if since_s is None and self._fd >= 0:
            self._ended.append(_Ended(self._path, self._fd, 0.0))
            self._fd = -1
        kept = [one for one in self._ended if since_s is not None and one.ended_s >= since_s]
        for one in self._ended:
            if one not in kept:
                one.path.unlink(missing_ok=True)
                os.close(one.fd)
        self._ended = kept

    def left(self) -> Iterator[list[SpooledSpan]]:
        """Yield the spans of each file that a dead process left, and remove the file when the next is asked for."""
        for path in sorted(self._folder.glob("*" + SUFFIX)):
            try:
                fd = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                continue  # another process was first
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield list(_read(path))
                path.unlink(missing_ok=True)
            except BlockingIOError:
                continue  # its process lives
            finally:
                os.close(fd)


def _plain(value: object) -> object:
    """Return a mapping that nobody can change, as usages have, as a dictionary."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is none of the values of a request")


def _read(path: Path) -> Iterator[SpooledSpan]:
    decoder = msgspec.json.Decoder(SpooledSpan)
    for line in path.read_bytes().split(b"\n"):
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):  # the last line of a process that was killed
            yield decoder.decode(line)
