"""Write down each settlement at once, in a file that outlives its process: what was spent is never forgotten.

A line is one write of the operating system, a microsecond or two; it is there however the process ends. When its
batch is booked the file is empty again. The file stays locked for as long as its worker lives (locked_file.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from finops_router.gateway.locked_file import lock, unlock

ENDING = ".slate"


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One settlement: its number, what it cost, and the accounts it is booked on, each (budget, start_us)."""

    number: int
    cost_usd: Decimal
    accounts: tuple[tuple[str, int], ...]


class Slate:
    """The slate of `worker` in `folder`, new and empty. Raises OSError if it cannot be made."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._path = folder / f"{worker}{ENDING}"
        handle = lock(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND)
        if handle is None:
            raise BlockingIOError(f"somebody else writes {self._path}")
        self._handle, self.number = handle, 0

    def write(self, cost_usd: Decimal, accounts: Iterable[tuple[str, int]]) -> None:
        """Write a settlement down and count it. Raises OSError if there is no space; it is counted all the same."""
        self.number += 1
        os.write(self._handle, msgspec.json.encode(Line(self.number, cost_usd, tuple(accounts))) + b"\n")

    def booked(self, number: int) -> None:
        """Begin anew if everything up to the newest line is booked."""
        if number == self.number:
            os.ftruncate(self._handle, 0)

    def close(self) -> None:
        """Remove it: everything is booked."""
        self._path.unlink(missing_ok=True)
        unlock(self._handle)


def lines_after(content: bytes, number: int) -> Iterator[Line]:
    """Yield the lines of a slate whose number is above `number`; a last one that was cut off does not count."""
    for raw in content.split(b"\n")[:-1]:
        try:
            line = msgspec.json.decode(raw, type=Line)
        except msgspec.DecodeError:  # half written when the disk was full
            continue
        if line.number > number:
            yield line
