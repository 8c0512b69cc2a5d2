"""Define what a store must do to take in the journal: one method, and the ways it can fail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting


@dataclass(frozen=True, slots=True)
class CollectorReport:
    """What a collector lost since its report before, for the report to show; `recorded` counts since it began.

    `name` is unique: a report that comes back is passed over. `at_us` is in microseconds since 1970-01-01 UTC.
    """

    name: str
    at_us: int
    host: str
    pid: int
    recorded: int
    dropped: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load brought in: segments, records, and lines that could not be read.

    `finished` are the files whose lines are in the store now, or were before; `set_aside` counts the lines of each that
    could not be read, by its name; `left_out` are segments that could not be read at all, for the next time. `known`
    answers what was asked: how many lines of a segment are in the store or were set aside; it lacks those never loaded.
    """

    segments: int = 0
    records: int = 0
    quarantined: int = 0
    finished: tuple[Path, ...] = field(default=(), compare=False)
    set_aside: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    left_out: tuple[Unread, ...] = field(default=(), compare=False)
    known: Mapping[str, int] = field(default_factory=dict, compare=False)

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(
            self.segments + other.segments,
            self.records + other.records,
            self.quarantined + other.quarantined,
            self.finished + other.finished,
            self.set_aside + other.set_aside,
            self.left_out + other.left_out,
            {**self.known, **other.known},
        )


class SinkError(Exception):
    """The store cannot be opened or written: `message` is what went wrong, `hint` what to do.

    `loaded` is what was committed before: it stays.
    """

    def __init__(self, message: str, hint: str, loaded: Loaded | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.loaded = loaded or Loaded()


class SinkBusyError(SinkError):
    """Another process kept the store to itself for as long as the loader was to wait."""


class Sink(Protocol):
    """A store that takes in segments of the journal, each exactly once (tests/.../sinks/test_contract.py)."""

    def load(
        self,
        segments: Sequence[Path],
        reports: Sequence[CollectorReport],
        waiting: Waiting,
        passed: Passed | None = None,
        asked: Collection[str] = (),
    ) -> Loaded:
        """Take in sealed segments and collectors' reports; return when all of it is safe from a power cut.

        Says of the segments whose names are `asked` how many of their lines are there.

        A segment's rows are committed together with its name (`segments.segment_id`); lines that are there already are
        passed over and not counted. Lines that are no records are set aside (sinks/quarantine.py), counted and
        reported, alone: neither they nor a file that cannot be read keep others out. The files stay: the caller deletes
        those that are finished. What was passed over, and what turns out to be unreadable now, is remembered for the
        report, in place of what was remembered of that journal.
        Raises SinkBusyError, SinkError and OSError; what was committed before stays.
        """
        ...
