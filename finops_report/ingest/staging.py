"""Turn the rows of files into lines of the journal, beside the database, before anything of it is touched."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec
from finops_router.ingest.foreign import foreign_record
from finops_router.pricing.prices import Prices
from finops_router.records import RequestRecord
from finops_router.telemetry.codec import encode
from finops_router.telemetry.sinks.contract import MOST_LINE_BYTES

from finops_report.errors import ConfigError
from finops_report.ingest.kinds import TABLE, Kind, checked_name, kind_of
from finops_report.ingest.mapping import FILLING, Mapped
from finops_report.ingest.outcomes import Aside, Found, Outcome
from finops_report.ingest.rows import Row
from finops_report.ingest.sources import RowSource
from finops_report.ingest.tally import Tally

LOOKED_AT = 200  # rows at the beginning of a file: those of JSON leave out what they do not have
EVERY_ROWS = 5000  # between two words of progress
LONGEST_VALUE = 200  # of what is kept of a row set aside
Progress = Callable[[str], None]


@dataclass(slots=True)
class Staged:
    """Files of lines of the journal, one a source, with what was counted; lines of what was set aside, and its name."""

    files: list[Path] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    aside: list[bytes] = field(default_factory=list)

    @property
    def aside_name(self) -> str:
        """A name that the same rows have every time."""
        return "ingest-" + hashlib.sha256(b"\n".join(self.aside)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: the kind that was named (None: it is found out), the mapping, and the prices in force."""

    kind: str | None
    mapped: Mapped
    prices: Prices


def staged(sources: Sequence[RowSource], reading: Reading, folder: Path, progress: Progress) -> Staged:
    """Write the requests of all `sources` into files of `folder` and return what was read.

    Raises ConfigError if a file that was named is of no kind that is known, or if none of a file's rows can be read.
    """
    made = Staged()
    for number, source in enumerate(sources):
        place = folder / f"{number:06d}.sealed"
        tally = Tally(source.shown, source.name)
        with place.open("wb") as file:
            for outcome in _outcomes(source, reading, tally):
                _keep(outcome, reading, tally, file, made)
                if tally.rows % EVERY_ROWS == 0:
                    progress(f"{source.name}: {tally.rows:,} rows read")
        progress("")
        _check(tally)
        made.tallies.append(tally)
        if tally.requests:
            made.files.append(place)
    return made


def _outcomes(source: RowSource, reading: Reading, tally: Tally) -> Iterator[Outcome]:
    rows = source.rows()
    try:
        first = list(itertools.islice(rows, LOOKED_AT))
        tally.kind = _kind(source, reading, first) if first else None
    except ConfigError as err:
        if source.is_named:
            raise
        tally.passed_over = err.message
    if tally.kind is not None:
        yield from tally.kind.read(itertools.chain(first, rows))


def _kind(source: RowSource, reading: Reading, first: Sequence[object]) -> Kind:
    names = dict.fromkeys(name for row in first if isinstance(row, Row) for name in row.values)
    if not names:
        raise ConfigError(f"No rows that can be read: {source.shown}", "export it again as CSV, JSON lines or Parquet")
    said = reading.kind if source.kind is None else checked_name(source.kind, reading.mapped)
    kind = kind_of(source.shown, list(names), reading.mapped, said)
    if kind.name != TABLE and (strange := [name for name in reading.mapped.values if name not in FILLING]):
        raise ConfigError(f"It cannot be given for {kind.title}: {strange[0]}", f"only these can: {', '.join(FILLING)}")
    return kind


def _keep(outcome: Outcome, reading: Reading, tally: Tally, file: IO[bytes], made: Staged) -> None:
    if isinstance(outcome, Found):
        try:
            record = foreign_record(outcome.request, reading.prices)
            line = encode(_filled(record, reading.mapped.values))
        except UnicodeEncodeError:
            outcome = Aside(outcome.line, "a text is no Unicode", {})
        else:
            if len(line) < MOST_LINE_BYTES:
                file.write(line + b"\n")
                tally.add(record)
                return
            outcome = Aside(outcome.line, "its names are longer than any name is", {})
    if isinstance(outcome, Aside):
        tally.set_aside(outcome.line, outcome.reason)
        made.aside.append(_line_aside(tally.name, outcome))
    else:
        tally.passed += 1


def _filled(record: RequestRecord, values: Mapping[str, str]) -> RequestRecord:
    """Return `record` with the given values for what its source does not say."""
    missing = {name: value for name, value in values.items() if name in FILLING and getattr(record, name) is None}
    return msgspec.structs.replace(record, **missing) if missing else record


def _line_aside(name: str, row: Aside) -> bytes:
    kept = {name: str(value)[:LONGEST_VALUE] for name, value in row.values.items() if value not in (None, "")}
    said = {"file": name, "line": row.line, "reason": row.reason, "values": kept}
    try:
        return msgspec.json.encode(said)
    except UnicodeEncodeError:
        return msgspec.json.encode({**said, "values": {}})


def _check(tally: Tally) -> None:
    if tally.rows_aside and not tally.requests:
        raise ConfigError(
            f"No row of {tally.shown} can be read: {tally.first_aside}",
            "look at what is read as what with --dry-run, or name the kind with --from",
        )
