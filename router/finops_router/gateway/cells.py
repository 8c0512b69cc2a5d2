"""Keep numbers that other processes read at any moment, and that outlive the process that counted them.

Each process has two files of its own in a shared folder: the names of its numbers, a line each, and the numbers, mapped
into memory. A name is written before its first number, so a reader never meets a number without one. A number is eight
aligned bytes, written at once: whoever reads sees the old one or the new one. kill -9 loses none.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

CAPACITY = 2**17  # numbers of one process: a megabyte, of which the disk has what is in use
NAMES, NUMBERS = ".names", ".numbers"


class Series(NamedTuple):
    """The name of some numbers: of what, with which labels, where the first is, and how many they are."""

    family: str
    labels: tuple[str, ...]
    first: int
    size: int


class Counted(NamedTuple):
    """The numbers of a series as one process has them; `is_alive` says whether that process still runs."""

    series: Series
    numbers: tuple[float, ...]
    is_alive: bool


_decoder = msgspec.json.Decoder(Series)
_encode = msgspec.json.encode


class Cells:
    """The numbers of this process; for one thread, as an event loop is.

    `folder` is shared by the workers of one gateway and empty when it starts; None keeps all in memory. Make it after a
    fork: a child that counts into its parent's cells would disturb them.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder, self._series = folder, list[Series]()
        self._used = 0
        self._names_fd = self._numbers_fd = -1
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._open_files(folder)
        memory = mmap.mmap(self._numbers_fd, CAPACITY * 8)
        self.numbers = memoryview(memory).cast("d")

    def _open_files(self, folder: Path) -> None:
        number = 0
        while True:  # a process may have had this id before: its numbers stay its own
            path = folder / f"{os.getpid()}-{number}"
            try:
                self._numbers_fd = os.open(path.with_suffix(NUMBERS), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
                break
            except FileExistsError:
                number += 1
        os.truncate(self._numbers_fd, CAPACITY * 8)
        fcntl.flock(self._numbers_fd, fcntl.LOCK_EX)  # held while the process lives: that is how others know
        self._names_fd = os.open(path.with_suffix(NAMES), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def new(self, family: str, labels: tuple[str, ...], size: int) -> int:
        """Return the place of the first of `size` numbers, all 0, with a name that this process had not yet."""
        series = Series(family, labels, self._used, size)
        if self._used + size > CAPACITY:
            raise OverflowError(f"more than {CAPACITY} numbers")
        if self._names_fd >= 0:
            os.write(self._names_fd, _encode(series) + b"\n")
        self._series.append(series)
        self._used += size
        return series.first

    def all(self) -> Iterator[Counted]:
        """Yield the numbers of all processes that have or had cells in the folder, this one included."""
        if self._folder is None:
            yield from _counted(self._series, self.numbers, is_alive=True)
            return
        for path in sorted(self._folder.glob("*" + NUMBERS)):
            names = path.with_suffix(NAMES)
            lines = names.read_bytes().split(b"\n")[:-1] if names.exists() else []
            with memoryview(path.read_bytes()).cast("d") as numbers:
                yield from _counted([_decoder.decode(line) for line in lines], numbers, _is_locked(path))


def _counted(series: list[Series], numbers: memoryview[float], is_alive: bool) -> Iterator[Counted]:
    for one in series:
        yield Counted(one, tuple(numbers[one.first : one.first + one.size]), is_alive)


def _is_locked(path: Path) -> bool:
    fd = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False
