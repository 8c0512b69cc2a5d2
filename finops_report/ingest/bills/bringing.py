"""Bring bills into the database: read them all, then put in their days in place of those there, or nothing."""

from __future__ import annotations

import hashlib
import itertools
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeGuard

import msgspec
from finops_router.ingest.billed import BilledCost
from finops_router.ingest.values import BadValueError, items, mapping
from finops_router.telemetry.places import Place
from finops_router.telemetry.sinks import sink_at
from finops_router.telemetry.sinks.contract import BillsTakenIn, SinkError
from finops_router.telemetry.waiting import Waiting

from finops_report.errors import ConfigError, DatabaseError
from finops_report.ingest.bills.kinds import BillKind, bill_kind
from finops_report.ingest.rows import Row, rows_of
from finops_report.ingest.sources import RowSource, SourceFile

LOOKED_AT = 200
Progress = Callable[[str], None]
EVERY_ROWS = 5000
MOST_LOOKED_AT = 20  # files, to tell bills from requests: a folder is of one kind


@dataclass(slots=True)
class BillTally:
    """What was read of a bill: its lines, days and amounts by currency, rows of something else, rows set aside."""

    path: Path
    kind: BillKind | None = None
    repeats: Path | None = None
    lines: int = 0
    passed: int = 0
    days: set[date] = field(default_factory=set)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    aside: Counter[str] = field(default_factory=Counter)
    first_aside: str = ""

    def add(self, cost: BilledCost) -> None:
        """Count a line."""
        self.lines += 1
        self.days.add(cost.date)
        self.amounts[cost.currency] = self.amounts.get(cost.currency, Decimal(0)) + cost.amount


@dataclass(frozen=True, slots=True)
class BillsBrought:
    """What was read of each bill, and what became of it; `taken` is None if nothing was to be written."""

    tallies: Sequence[BillTally]
    taken: BillsTakenIn | None


def are_bills(sources: Sequence[RowSource], said: str | None) -> TypeGuard[Sequence[SourceFile]]:
    """Return whether all are files of bills: by the kind that was `said`, else by the first that is of any."""
    files = [source for source in sources if isinstance(source, SourceFile)]
    if len(files) < len(sources):
        return False
    if said is not None:
        return bill_kind((), said) is not None
    return any(bill_kind(_names(source.path), None) is not None for source in files[:MOST_LOOKED_AT])


def bring(
    sources: Sequence[SourceFile], said: str | None, db: Place | None, waiting: Waiting, progress: Progress
) -> BillsBrought:
    """Bring the lines of all bills into the database at `db`; None: read them only.

    Raises ConfigError if a bill cannot be read, or a row of it: a bill with a hole is none; DatabaseError if the
    database cannot be written. Nothing is changed then.
    """
    with tempfile.TemporaryDirectory(prefix="finops-bills-") as folder:
        file, tallies = Path(folder) / "bills.ndjson", []
        known: dict[str, Path] = {}
        with file.open("wb") as lines:
            for source in sources:
                tally = BillTally(source.path)
                tallies.append(tally)
                digest = hashlib.sha256(source.path.read_bytes()).hexdigest()
                tally.repeats = known.setdefault(digest, source.path) if digest in known else None
                known.setdefault(digest, source.path)
                if tally.repeats is None:
                    for cost in _costs(source, said, tally, progress):
                        lines.write(msgspec.json.encode(_as_text(cost)) + b"\n")
        progress("")
        _check(tallies)
        if db is None:
            return BillsBrought(tallies, None)
        try:
            return BillsBrought(tallies, sink_at(db, has_machine=True).take_in_bills([file], waiting))
        except SinkError as error:
            raise DatabaseError(f"The database cannot be written: {error.message}", error.hint) from error


def _names(path: Path) -> list[str]:
    """Return the names of a file's columns, and of what lies within a bucket's results: usage has buckets, too."""
    try:
        first = [row.values for row in itertools.islice(rows_of(path), LOOKED_AT) if isinstance(row, Row)]
        within = [f"results.{name}" for row in first for one in items(row.get("results")) for name in mapping(one)]
        return list(dict.fromkeys([*(name for row in first for name in row), *within]))
    except ConfigError:
        return []


def _costs(source: SourceFile, said: str | None, tally: BillTally, progress: Progress) -> Iterator[BilledCost]:
    tally.kind = bill_kind(_names(source.path), said)
    if tally.kind is None:
        if source.is_named:
            raise ConfigError(f"No known kind of bill: {source.path}", "say which it is, as --from openai-costs")
        return
    for number, row in enumerate(rows_of(source.path)):
        if number % EVERY_ROWS == EVERY_ROWS - 1:
            progress(f"{source.path.name}: {number + 1:,} rows read")
        if not isinstance(row, Row):
            _set_aside(tally, row.line, row.reason)
            continue
        try:
            found = list(tally.kind.read(row.values))
        except BadValueError as error:
            _set_aside(tally, row.line, str(error))
            continue
        tally.passed += not found
        for cost in found:
            tally.add(cost)
            yield cost


def _set_aside(tally: BillTally, line: int, reason: str) -> None:
    tally.aside[reason] += 1
    tally.first_aside = tally.first_aside or f"line {line}: {reason}"


def _as_text(cost: BilledCost) -> dict[str, str]:
    said = {name: getattr(cost, name) for name in cost.__struct_fields__}
    return {
        name: f"{value:f}" if isinstance(value, Decimal) else str(value)
        for name, value in said.items()
        if value is not None
    }


def _check(tallies: Sequence[BillTally]) -> None:
    for tally in tallies:
        if tally.aside:
            raise ConfigError(
                f"A row of {tally.path} cannot be read: {tally.first_aside}",
                "a bill with a hole is none: export it again, or mend the line",
            )
    if not any(tally.lines for tally in tallies):
        names = ", ".join(str(tally.path) for tally in tallies[:3])
        raise ConfigError(f"No costs of models in: {names}", "look whether the bill is of the right days and services")
