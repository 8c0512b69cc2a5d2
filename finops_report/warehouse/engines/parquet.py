"""Read Parquet, one file or a folder of them; nobody has to wait for anybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.connection import Reach
from finops_report.warehouse.cubes import Bounds, Cube, sum_cube
from finops_report.warehouse.engines.parquet_ends import FileEnds, Print, as_pattern, print_on_disk
from finops_report.warehouse.engines.parquet_files import FoundFiles, ParquetFile, find_files
from finops_report.warehouse.engines.parquet_parts import FilesInParts, create_views_of_files, parts_of
from finops_report.warehouse.engines.parquet_tables import tables_in
from finops_report.warehouse.kept.footers import Footers
from finops_report.warehouse.recorded import Recorded


@dataclass(slots=True)
class ParquetFiles:
    """The engine for one Parquet file, or for a folder as `find_files` reads it.

    `clock_s` says the seconds since 1970, by which a file was written just now or not. `footers` are set if cubes are
    to be kept.
    """

    path: Path
    clock_s: Callable[[], float] = time.time
    footers: Footers | None = field(default=None, init=False)
    _parts: FilesInParts | None = field(default=None, init=False)

    @property
    def reach(self) -> Reach:
        """The file, or the folder; each also as the pattern that stands for it alone."""
        place = self.path.resolve()
        names = (str(place), as_pattern(place))
        return Reach(folders=names) if place.is_dir() else Reach(files=names)

    def open(self, con: duckdb.DuckDBPyConnection, table: str | None) -> Recorded:
        """Find the files and their columns; raises DatabaseError."""
        try:
            found = self._found(table)
            ends = FileEnds(str(self.path.resolve()), self._prints(found), self.footers)
        except OSError as err:
            raise DatabaseError(
                f"The folder cannot be read: {err.filename}: {err.strerror}", "check its permissions"
            ) from err
        tables = tables_in(con, found, str(self.path), ends)
        self._parts = parts_of(tables, ends)
        return tables.recorded

    def parted(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, bounds: Bounds) -> FilesInParts | None:
        """Return the files in parts; None if times are told by all rows."""
        return self._parts

    def create_base_views(self, con: duckdb.DuckDBPyConnection, recorded: Recorded, *, held: bool = False) -> Source:
        """Make the base views over the files; over none of those whose parts are to be shown one by one."""
        return create_views_of_files(con, self.path.name, recorded, self._parts, held=held)

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum a cube over the base views."""
        sum_cube(con, cube, bounds)

    def bring_rows(self, con: duckdb.DuckDBPyConnection, between_us: tuple[int, int] | None = None) -> None:
        """Do nothing: the base views show them already."""

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """Do nothing: files are open only while they are read."""

    def close(self) -> None:
        """Do nothing: what is open goes with the database in memory."""

    def _found(self, table: str | None) -> FoundFiles:
        if not self.path.is_dir():
            if table is not None and table.lower() not in ("telemetry", self.path.stem.lower()):
                raise DatabaseError(f"No such table: {table}", f"{self.path.name} is one table: leave --table out")
            return FoundFiles(self.path.stem, {"telemetry": (ParquetFile(self.path.resolve(), ()),)}, ())
        return find_files(self.path.resolve(), table)

    def _prints(self, found: FoundFiles) -> dict[str, Print]:
        """Return what tells each file from others, before anything is read of it; of none if nothing is to be kept."""
        now_s = self.clock_s()
        asked = () if self.footers is None else found.all_files
        return {str(file.path): print_on_disk(Path(str(file.path)), now_s) for file in asked}
