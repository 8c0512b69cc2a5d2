"""Define what a store must do to take in the journal, and what others have recorded; and the ways it can fail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from finops_router.telemetry.unread import Passed, Unread
from finops_router.telemetry.waiting import Waiting

MOST_LINE_BYTES = 2**19  # of others' requests: a store that reads large files must know how long a line can be
MADE_ID = "row:"  # what the id of a request begins with that had none, and has one made of all it says


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


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows of others' files that could not be read: how many, and a name that the same rows have every time."""

    name: str
    rows: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of others' requests: new ones, those that repeat one of the same files, those known before."""

    new: int
    repeated: int
    known: int


@dataclass(frozen=True, slots=True)
class BillsTakenIn:
    """What became of lines of bills: how many there are, were there already, and how many others they replaced."""

    lines: int
    known: int
    replaced: int


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

    def take_in(self, files: Sequence[Path], aside: SetAside | None, waiting: Waiting) -> TakenIn:
        """Take in others' requests, written as lines of the journal: all of these files together, or nothing.

        The files may be larger than memory; none of their lines is longer than `MOST_LINE_BYTES`. A request that is in
        the store already is passed over: by its id, which for one whose id begins with `MADE_ID` is told apart from
        equal ones of its file by its number, or by the id of its answer. So the same files change nothing a second
        time. What was set aside of them is reported, once by its name.
        Raises SinkBusyError and SinkError; nothing is changed then.
        """
        ...

    def take_in_bills(self, files: Sequence[Path], waiting: Waiting) -> BillsTakenIn:
        """Take in lines of bills (sql/store/read_bills.sql has their keys), all of these files together, or nothing.

        They take the place of what is there for the same source, provider, day and account: bills are restated.
        Raises SinkBusyError and SinkError; nothing is changed then.
        """
        ...
