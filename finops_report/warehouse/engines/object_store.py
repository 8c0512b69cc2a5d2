"""Read Parquet of an object store (s3://, gs://, az://): DuckDB fetches the columns and row groups that it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb
from finops_router.object_stores.address import StoreAddress, store_address
from finops_router.object_stores.errors import StoreError
from finops_router.object_stores.listing import Listed, listed
from finops_router.object_stores.opening import TIMEOUTS, Timeouts, filesystem

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.connection import Reach
from finops_report.warehouse.cubes import Bounds, Cube, sum_cube
from finops_report.warehouse.engines.parquet_ends import FileEnds, Print, as_pattern
from finops_report.warehouse.engines.parquet_files import FoundFiles, ParquetFile, find_files, is_parquet
from finops_report.warehouse.engines.parquet_parts import FilesInParts, create_views_of_files, parts_of
from finops_report.warehouse.engines.parquet_tables import tables_in
from finops_report.warehouse.engines.stored_entries import StoredEntry, tree_of
from finops_report.warehouse.kept.footers import Footers
from finops_report.warehouse.recorded import Recorded
from finops_report.warehouse.sql_files import statement

if TYPE_CHECKING:
    from finops_router.object_stores.reading import ListedObjects

AGAIN = "build again: somebody replaced it"
COMMENT = re.compile(r"--.*")
BASE_VIEWS = re.compile(r"\b(?:from|join)\s+(?:requests|\w+_clean|values_set_aside)\b")
LIMITS = re.compile(r"\bepoch_us >= \$(\w*)from_us and (?:\w+\.)?epoch_us < \$\1until_us\b")


@dataclass(slots=True)
class StoredParquet:
    """The engine for what is below an address, or for the one Parquet file that it names.

    What was listed when it was opened is what is read. `footers` are set if cubes are to be kept.
    """

    written: DatabaseAddress
    timeouts: Timeouts = TIMEOUTS
    footers: Footers | None = field(default=None, init=False)
    _parts: FilesInParts | None = field(default=None, init=False)
    _objects: dict[str, Listed] = field(default_factory=dict, init=False)
    _files: ListedObjects | None = field(default=None, init=False)

    @property
    def reach(self) -> Reach:
        """The objects below the address, and the one that is called so; each also as the pattern for it alone."""
        place = str(self._address)
        names = (place, as_pattern(StoredEntry(place)))
        return Reach(files=names, folders=tuple(f"{name}/" for name in names))

    def open(self, con: duckdb.DuckDBPyConnection, table: str | None) -> Recorded:
        """List the objects and find their columns; raises DatabaseError."""
        if self._files is None:
            self.list_objects()
        con.register_filesystem(self._files)
        found, root = self._found(table), str(self._address)
        asked = () if self.footers is None else found.all_files
        ends = FileEnds(root, {str(file.path): self._print(str(file.path)) for file in asked}, self.footers)
        tables = tables_in(con, found, root, ends, is_far=True)
        self._parts = parts_of(tables, ends)
        return tables.recorded

    def list_objects(self) -> None:
        """Look what is there now: nothing else is read. Raises DatabaseError."""
        try:
            store = filesystem(self._address, self.timeouts)
            self._objects = listed(store, self._address, self.timeouts)
            from finops_router.object_stores.reading import ListedObjects  # noqa: PLC0415 -- fsspec is an extra

            self._files = ListedObjects(store, self._address, self._objects, self.timeouts)
        except StoreError as err:
            raise DatabaseError(err.message, err.hint) from err

    @property
    def read_bytes(self) -> int:
        """How much of the objects came over the network."""
        return 0 if self._files is None else self._files.read_bytes

    def parted(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, bounds: Bounds) -> FilesInParts | None:
        """Return the objects in parts; None if times are told by all rows."""
        return self._parts

    def create_base_views(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, *, held: bool = False) -> Source:
        """Make the base views over the objects; over none of those whose parts are to be shown one by one."""
        return create_views_of_files(con, self._name, recorded, self._parts, held=held)

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum a cube over the base views, of which only rows of its own time are fetched."""
        asked = times_of(cube.text)
        if asked is None:
            sum_cube(con, cube, bounds)
            return
        between = {"from_us": bounds[f"{asked}from_us"], "until_us": bounds[f"{asked}until_us"]}
        con.execute(statement("source", "read_between"), between)
        try:
            sum_cube(con, cube, bounds)
        finally:
            con.execute(statement("source", "read_all"))

    def bring_rows(self, con: duckdb.DuckDBPyConnection, between_us: tuple[int, int] | None = None) -> None:
        """Do nothing: the base views show them already."""

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """Look whether what was read is still what was listed; raises DatabaseError if an object was written anew."""
        try:
            now = {} if self._files is None else listed(self._files.store, self._address, self.timeouts)
        except StoreError as err:
            raise DatabaseError(err.message, err.hint) from err
        for name, one in self._objects.items():
            if name in now and now[name] != one and is_parquet(StoredEntry(name)):
                raise DatabaseError(f"It was written anew while it was read: {self._address.scheme}://{name}", AGAIN)

    def close(self) -> None:
        """Raise DatabaseError if an object could not be had: DuckDB's own error would show Python's traceback."""
        failure = None if self._files is None else self._files.failure
        if failure is not None:
            raise DatabaseError(failure.message, failure.hint)

    @property
    def _address(self) -> StoreAddress:
        try:
            return store_address(self.written.written)
        except ValueError as err:
            raise DatabaseError(f"It is no address of an object store: {self.written.scheme}://...", str(err)) from err

    def _print(self, address: str) -> Print:
        """Return what the store says of an object; without a version it can be written anew unseen."""
        one = self._objects[address.removeprefix(f"{self._address.scheme}://")]
        return Print(f"{one.size} {one.version}", is_lasting=bool(one.version))

    @property
    def _name(self) -> str:
        return str(self._address).rpartition("/")[2]

    def _found(self, table: str | None) -> FoundFiles:
        root = str(self._address)
        whole = StoredEntry(root, is_object=True)
        if self._address.root in self._objects and is_parquet(whole):
            if table is not None and table.lower() not in ("telemetry", whole.stem.lower()):
                raise DatabaseError(f"No such table: {table}", f"{whole.name} is one table: leave --table out")
            return FoundFiles(whole.stem, {"telemetry": (ParquetFile(whole, ()),)}, ())
        return find_files(tree_of(root, (f"{self._address.scheme}://{name}" for name in self._objects)), table)


def times_of(text: str) -> str | None:
    """Return by which bounds a cube's statement leaves out rows of other times: '' or 'history_'; None if it does not.

    Each base view that it reads has to be bounded alike.
    """
    read, limits = BASE_VIEWS.findall(COMMENT.sub("", text)), LIMITS.findall(COMMENT.sub("", text))
    alike = set(limits)
    return alike.pop() if len(alike) == 1 and len(read) == len(limits) else None
