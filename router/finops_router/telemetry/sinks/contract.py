"""Define what a store must do to take in the journal: one method, and the ways it can fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from finops_router.telemetry.waiting import Waiting


@dataclass(frozen=True, slots=True)
class CollectorReport:
    """What a collector lost since its last load, for the report to show; `recorded` counts since it began."""

    recorded: int = 0
    dropped: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load brought in: segments, records, and lines that could not be read."""

    segments: int = 0
    records: int = 0
    quarantined: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(
            self.segments + other.segments, self.records + other.records, self.quarantined + other.quarantined
        )


class SinkError(Exception):
    """The store cannot be opened or written: `message` is what went wrong, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SinkBusyError(SinkError):
    """Another process kept the store to itself for as long as the loader was to wait."""


class Sink(Protocol):
    """A store that takes in segments of the journal, each exactly once (tests/.../sinks/test_contract.py)."""

    def load(self, segments: Sequence[Path], report: CollectorReport, waiting: Waiting) -> Loaded:
        """Take in sealed segments and the collector's report; return when all of it is safe from a power cut.

        A segment's rows are committed together with its name; one whose name is there already is passed over and
        not counted. Lines that are no records are set aside (sinks/quarantine.py) and counted. The segments' files
        stay: the caller deletes them.
        Raises SinkBusyError, SinkError and OSError; what was committed before stays.
        """
        ...
