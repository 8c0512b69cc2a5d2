"""Load journal segments into Parquet of an object store exactly once: as into a folder, with books that are an object.

Whoever loads takes a copy of the books, uploads new files where no reader looks, and puts the books back on condition
that nobody has meanwhile: that one request is the commit. Nobody waits for a lock, and none can be left behind; of two
loaders at once, one begins again. Then files are copied to their places, by the next loader if this one dies.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import duckdb

from finops_router.object_stores.address import StoreAddress
from finops_router.object_stores.errors import ChangedError, StoreError
from finops_router.object_stores.listing import Listed
from finops_router.object_stores.opening import TIMEOUTS, Timeouts
from finops_router.object_stores.reading import ListedObjects
from finops_router.object_stores.writing import Objects
from finops_router.telemetry.sinks.contract import (
    BillsTakenIn,
    CollectorReport,
    Loaded,
    SetAside,
    SinkBusyError,
    SinkError,
    TakenIn,
)
from finops_router.telemetry.sinks.parquet import ParquetSink
from finops_router.telemetry.sinks.parquet_folder import BOOKS, NEW, OURS, LakeFiles, Written, clear, in_force
from finops_router.telemetry.unread import Passed
from finops_router.telemetry.waiting import Waiting

FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 1.0
BOOKS_OBJECT, NEW_OBJECTS = f"{OURS}/{BOOKS}", f"{OURS}/{NEW}"
T = TypeVar("T")


@dataclass(slots=True)
class StoredFiles:
    """The files of an object store while its books are at hand (see `LakeFiles`).

    `version` is that of the books that were read, `content` what they are made of. New files have the `token` of this
    loader in their names, and wait in the store as long as they are among `waiting`.
    """

    objects: Objects
    folder: Path
    version: str
    content: bytes
    waiting: set[str]
    token: str
    tables: frozenset[str]
    seen: dict[str, Listed] = field(default_factory=dict)
    read: ListedObjects | None = None

    @classmethod
    def at_hand(cls, objects: Objects, folder: Path) -> StoredFiles:
        """Take a copy of the books into a folder. Raises StoreError."""
        content, version = objects.read(BOOKS_OBJECT)
        (folder / OURS).mkdir()
        if content:
            (folder / BOOKS_OBJECT).write_bytes(content)
        waiting = set(objects.below(NEW_OBJECTS)) if content else set()
        return cls(objects, folder, version, content, waiting, secrets.token_hex(8), frozenset(objects.folders()))

    @property
    def scratch(self) -> Path:
        return self.folder

    @property
    def protocol(self) -> str:
        """What DuckDB knows these files by: one of its databases may read of several stores, as a move does."""
        return f"lake{self.token}"

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let DuckDB read the objects that were listed so far."""
        objects = self.objects
        self.read = ListedObjects(objects.store, objects.address, self.seen, objects.timeouts, self.protocol)
        con.register_filesystem(self.read)

    def has(self, table: str) -> bool:
        return table in self.tables

    def days(self, table: str) -> list[str]:
        return [f"{table}/{name}" for name in self.objects.folders(table) if name.startswith("date=")]

    def written(self, folder: str) -> list[Written]:
        found = self.objects.below(folder)
        self.seen.update({f"{self.objects.address.root}/{name}": one for name, one in found.items()})
        names = [(name.removeprefix(f"{folder}/"), one.size) for name, one in found.items()]
        return in_force(folder, names)

    def readable(self, place: str) -> str:
        return f"{self.protocol}://{self.objects.address.below(place).root}"

    def keep(self, made: Path) -> str:
        """Upload a file to a name that is this loader's alone: another may make one of the same number meanwhile."""
        name = f"{NEW_OBJECTS}/{self.token}/{made.relative_to(self.folder / OURS / NEW)}"
        self.objects.put(name, made)
        self.waiting.add(name)
        return name

    def commit(self, con: duckdb.DuckDBPyConnection) -> None:
        """Put the books back, if they say anything new, in place of those that were read."""
        con.execute("checkpoint")
        content = (self.folder / BOOKS_OBJECT).read_bytes()
        if content == self.content:
            return
        try:
            self.version = self.objects.replace(BOOKS_OBJECT, content, self.version)
        except ChangedError as err:
            raise SinkBusyError(err.message, "other loaders are busy; records wait in the journal until then") from err
        self.content = content

    def publish(self, made: str, place: str) -> None:
        """Copy a file to its place, unless that was done by whoever made it."""
        if made in self.waiting:
            self.objects.rename(made, place)
            self.waiting.discard(made)

    def remove(self, places: Sequence[str]) -> None:
        self.objects.remove(places)

    def clear(self) -> None:
        """Remove what lies on this machine; what loaders that died have left in the store is no reader's."""
        clear(self.folder / OURS / NEW)


class StoredParquetSink(ParquetSink):
    """Parquet below `address`, made by the first load; with `has_machine` it may take what memory there is."""

    def __init__(self, address: StoreAddress, *, has_machine: bool = False, timeouts: Timeouts = TIMEOUTS) -> None:
        super().__init__(Path(str(address)), has_machine=has_machine)
        self.address, self._timeouts = address, timeouts
        self._opened: Objects | None = None

    @property
    def place(self) -> str:
        return str(self.address)

    @property
    def exists(self) -> bool:
        """Whether a collector has written there. Raises SinkError."""
        try:
            return bool(self._objects().read(BOOKS_OBJECT)[0])
        except StoreError as err:
            raise SinkError(err.message, err.hint) from err

    def load(
        self,
        segments: Sequence[Path],
        reports: Sequence[CollectorReport],
        waiting: Waiting,
        passed: Passed | None = None,
        asked: Collection[str] = (),
    ) -> Loaded:
        """Load segments (see `Sink.load`); what was committed before another loader came first is not loaded again."""
        done = Loaded()

        def again() -> Loaded:
            nonlocal done
            left = [segment for segment in segments if segment not in done.finished]
            try:
                return done + super(StoredParquetSink, self).load(left, reports, waiting, passed, asked)
            except SinkError as err:
                done = err.loaded = done + err.loaded
                raise

        return _until_first(again, waiting)

    def take_in(self, files: Sequence[Path], aside: SetAside | None, waiting: Waiting) -> TakenIn:
        """Take in others' requests together (see `Sink.take_in`)."""
        return _until_first(lambda: super(StoredParquetSink, self).take_in(files, aside, waiting), waiting)

    def take_in_bills(self, files: Sequence[Path], waiting: Waiting) -> BillsTakenIn:
        """Put lines of bills in the place of those of the same days (see `Sink.take_in_bills`)."""
        return _until_first(lambda: super(StoredParquetSink, self).take_in_bills(files, waiting), waiting)

    def compact(self, waiting: Waiting) -> int:
        """Merge small files of each day, and return how many there are fewer. Raises SinkError."""
        return _until_first(lambda: super(StoredParquetSink, self).compact(waiting), waiting)

    @contextmanager
    def files(self) -> Iterator[LakeFiles]:
        """Have a copy of the books at hand, in a folder that is removed afterwards."""
        with tempfile.TemporaryDirectory(prefix="finops-lake-", ignore_cleanup_errors=True) as folder:
            files = StoredFiles.at_hand(self._objects(), Path(folder))
            try:
                yield files
            except duckdb.Error as err:
                if files.read is not None and files.read.failure is not None:  # DuckDB's own words are a traceback
                    raise files.read.failure from err
                raise

    def _objects(self) -> Objects:
        """Return the store, opened once: to make a client takes a tenth of a second."""
        if self._opened is None:
            self._opened = Objects.opened(self.address, self._timeouts)
        return self._opened


def _until_first(attempt: Callable[[], T], waiting: Waiting) -> T:
    """Do what may have to begin again since another loader was first, as long as there is patience for it."""
    refused: SinkBusyError | None = None
    for _ in waiting.looks(FIRST_WAIT_S, LONGEST_WAIT_S):
        try:
            return attempt()
        except SinkBusyError as err:
            refused = err
    if refused is None:  # one look is always had
        raise AssertionError
    raise refused
