"""Load segments into a store that is open: DuckDB reads their lines, the store keeps the rows with their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from finops_router.telemetry.segments import file_bytes, segment_id
from finops_router.telemetry.sinks.contract import CollectorReport, Loaded
from finops_router.telemetry.sinks.quarantine import clean_copy, lines_of, set_aside, sift
from finops_router.telemetry.sinks.segment_rows import reads, reads_together, records_by_segment
from finops_router.telemetry.unread import Passed, Unread, unread

if TYPE_CHECKING:
    import duckdb

# A transaction: DuckDB writes those of more than 122,880 rows past its log, which saves writing them twice.
BATCH_BYTES, BATCH_BYTES_ALONE = 64 * 2**20, 128 * 2**20
BATCH_SEGMENTS = 256
NO_RECORDS = ("Rows were made that are no records", "report it as a bug, with the kind of file")


class Keeper(Protocol):
    """A store that is open for one load, and the DuckDB that lines are read with: its own, or one in memory."""

    @property
    def con(self) -> duckdb.DuckDBPyConnection: ...

    def turn(self) -> AbstractContextManager[None]:
        """Keep other loaders out; what is kept meanwhile is safe once it is over, unless it raises."""
        ...

    def lines_loaded(self, names: Iterable[str]) -> dict[str, int]:
        """Return how many lines of segments are in the tables, or were set aside: of those that were ever loaded."""
        ...

    def keep(self, records: Mapping[str, int], quarantined: int) -> None:
        """Keep the rows of `segment` together with the names of its segments, each with how many it had.

        `quarantined` counts the lines that were set aside of it, which is one segment then.
        """
        ...

    def keep_report(self, report: CollectorReport) -> None:
        """Keep a collector's report together with its name, unless it is there already."""
        ...

    def keep_unread(self, journal: str, found: Sequence[Unread]) -> None:
        """Remember what of this journal cannot be read now, each entry with the moment it was first seen."""
        ...

    def make_safe(self) -> None:
        """Return when all that was kept outlives a power cut."""
        ...


def loads(
    keeper: Keeper,
    segments: Sequence[Path],
    reports: Sequence[CollectorReport],
    passed: Passed | None,
    asked: Collection[str],
    most_bytes: int,
) -> Iterator[Loaded]:
    """Load reports and segments, at most about `most_bytes` in a turn, and yield what came of each turn that is over.

    The last one answers what was `asked`. Raises what the store raises, and OSError.
    """
    if reports:
        with keeper.turn():
            for report in reports:
                keeper.keep_report(report)
    left_out: tuple[Unread, ...] = ()
    for batch in _batches(segments, most_bytes):
        with keeper.turn():
            loaded = _load_batch(keeper, batch)
        left_out += loaded.left_out
        yield loaded
    if passed is not None:
        with keeper.turn():
            keeper.keep_unread(passed.journal, (*passed.entries, *left_out))
    keeper.make_safe()
    if asked:
        with keeper.turn():
            known = keeper.lines_loaded(asked)
        yield Loaded(known=known)


def _batches(segments: Sequence[Path], most_bytes: int) -> Iterator[list[Path]]:
    batch: list[Path] = []
    size = 0
    for segment in segments:
        size += file_bytes(segment)
        batch.append(segment)
        if size >= most_bytes or len(batch) >= BATCH_SEGMENTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _load_batch(keeper: Keeper, segments: Sequence[Path]) -> Loaded:
    """Load several segments together; what is odd about one, on its own."""
    names: dict[Path, str] = {}
    done = Loaded()
    for segment in segments:
        try:
            names[segment] = segment_id(segment)
        except OSError as error:
            done += Loaded(left_out=(unread(segment, error),))
    taken = set(keeper.lines_loaded(names.values()))
    fresh: dict[Path, str] = {}
    for segment, name in names.items():
        if name not in taken:
            fresh[segment] = name
            taken.add(name)
    if fresh and reads_together(keeper.con, list(fresh)):
        done += _kept(keeper, fresh)
        names = {segment: name for segment, name in names.items() if segment not in fresh}
    return sum((_load_alone(keeper, segment, name) for segment, name in names.items()), done)


def _load_alone(keeper: Keeper, segment: Path, name: str) -> Loaded:
    """Load what is not in the tables yet of one segment, and set aside the lines that are no records.

    There is more than before if a copy was loaded while the segment was still written to.
    """
    try:
        lines = lines_of(segment)[keeper.lines_loaded([name]).get(name, 0) :]
        if not lines:
            return Loaded(finished=(segment,))
        records = sift(lines, segment, lambda path: reads(keeper.con, [path]))
        strangers = _without(lines, records)
        with clean_copy(segment, records) as path:
            if not reads(keeper.con, [path]):
                return Loaded(left_out=(unread(segment, "it cannot be read"),))
        if strangers:
            set_aside(segment, strangers)
    except OSError as error:
        return Loaded(left_out=(unread(segment, error),))
    return _kept(keeper, {segment: name}, len(strangers))


def _without(lines: Sequence[bytes], records: Sequence[bytes]) -> list[bytes]:
    kept = set(records)
    return [line for line in lines if line not in kept]


def _kept(keeper: Keeper, names: Mapping[Path, str], quarantined: int = 0) -> Loaded:
    """Have the store keep what was read, with the names of its segments, and return what that is."""
    counts = records_by_segment(keeper.con)
    keeper.keep({name: counts.get(segment.stem, 0) for segment, name in names.items()}, quarantined)
    aside = tuple((name, quarantined) for name in names.values() if quarantined)
    return Loaded(len(names), sum(counts.values()), quarantined, tuple(names), aside)
