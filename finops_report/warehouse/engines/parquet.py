"""Read a folder of Parquet files; nobody has to wait for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source, create_base_views
from finops_report.warehouse.cubes import Bounds, Cube, sum_cube
from finops_report.warehouse.tables import EXTRA_TABLES, Table, telemetry_table


@dataclass(frozen=True, slots=True)
class ParquetFolder:
    """The engine for <folder>/<table>/*.parquet, or for *.parquet in the folder itself as the telemetry."""

    folder: Path

    def open(self, con: duckdb.DuckDBPyConnection, table: str | None) -> Mapping[str, Table]:
        """Make the views `recorded_telemetry` and so on over the files; raises DatabaseError."""
        recorded = {}
        for name in ("telemetry", *EXTRA_TABLES):
            files = self._files(name, table)
            if files:
                rows = con.read_parquet([str(file) for file in files], union_by_name=True)
                rows.create_view(f"recorded_{name}")
                recorded[name] = Table("main", name, frozenset(column.lower() for column in rows.columns))
        if "telemetry" not in recorded:
            raise DatabaseError(
                f"No Parquet files in: {self.folder}",
                "put them there or in a folder named telemetry within it",
            )
        telemetry_table([recorded["telemetry"]], None)
        return recorded

    def create_base_views(self, con: duckdb.DuckDBPyConnection, recorded: Mapping[str, Table]) -> Source:
        """Make the base views over the files."""
        return create_base_views(con, self.folder.name, recorded)

    def sum_cube(self, con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
        """Sum a cube over the base views."""
        sum_cube(con, cube, bounds)

    def let_go(self, con: duckdb.DuckDBPyConnection) -> None:
        """Do nothing: files are open only while they are read."""

    def _files(self, name: str, table: str | None) -> list[Path]:
        if name != "telemetry":
            return sorted((self.folder / name).glob("**/*.parquet"))
        return sorted((self.folder / (table or name)).glob("**/*.parquet")) or sorted(self.folder.glob("*.parquet"))
