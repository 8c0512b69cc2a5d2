"""Know what became of the segments that this process sealed: they wait, are loaded, or were lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed segment: how many records are in it, and in which generation of the folder it lies."""

    records: int
    generation: int


class Arrivals:
    """The sealed segments of one collector that are not known to be loaded; any thread may ask and tell."""

    def __init__(self) -> None:
        self.records = 0  # in all that were sealed, but those that are lost
        self._counting = threading.RLock()
        self._waiting: dict[str, Sealed] = {}

    def add(self, stem: str, sealed: Sealed) -> None:
        """Count a segment that was sealed just now."""
        with self._counting:
            self._waiting[stem] = sealed
            self.records += sealed.records

    def is_waiting(self, stem: str) -> bool:
        """Return whether a segment is this collector's and was waiting until now."""
        return stem in self._waiting

    def waiting_records(self) -> int:
        """Return how many records are in segments that are not known to be loaded."""
        with self._counting:
            return sum(sealed.records for sealed in self._waiting.values())

    def gone(self, there: Iterable[str]) -> dict[str, Sealed]:
        """Return the segments that are waiting by what is known, but not among those that are there."""
        with self._counting:
            return {stem: self._waiting[stem] for stem in self._waiting.keys() - set(there)}

    def loaded(self, stems: Iterable[str]) -> None:
        """Take segments for loaded."""
        with self._counting:
            for stem in stems:
                self._waiting.pop(stem, None)

    def settle(self, gone: Mapping[str, Sealed], lines: Mapping[str, int]) -> int:
        """Take segments that are gone for loaded, as far as `lines` of each are in the store; return what is lost."""
        with self._counting:
            ended = {stem: sealed for stem in gone if (sealed := self._waiting.pop(stem, None)) is not None}
            lost = sum(max(sealed.records - lines.get(stem, 0), 0) for stem, sealed in ended.items())
            self.records -= lost
        return lost
