"""Lay the base views `requests` and `tries` over the telemetry, whatever shape it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse import source
from finops_report.warehouse.statements import schema, statement

EXTRA_TABLES = ("attempts", "collector_health")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers came from and which optional parts were recorded at all."""

    name: str
    table: str
    columns: frozenset[str]
    has_attempts: bool
    has_health: bool

    def has(self, column: str) -> bool:
        """Whether the telemetry table has this column; values may still be missing."""
        return column in self.columns


def lay(con: duckdb.DuckDBPyConnection, db: Path, table: str | None, waiting: source.Waiting) -> Source:
    """Open `db` (a DuckDB file or a folder of Parquet) and make the views `requests` and `tries`.

    Raises DatabaseError when it cannot be opened or holds no telemetry table.
    """
    _make_contract(con)
    if db.is_dir():
        recorded = _parquet(con, db, table)
    else:
        source.attach(con, db, waiting)
        recorded = _attached(con, table)
    for name in ("telemetry", *EXTRA_TABLES):
        if name in recorded:
            con.sql(statement("source", name)).create_view(name)
        else:
            con.table(f"contract.{name}").create_view(name)
    for name in ("requests", "tries"):
        con.sql(statement("cubes/base", f"duckdb.{name}")).create_view(name)
    return Source(
        name=db.name,
        table=recorded["telemetry"].label,
        columns=recorded["telemetry"].columns,
        has_attempts=bool(con.table("attempts").limit(1).fetchall()),
        has_health="collector_health" in recorded,
    )


def holds_only_demo(db: Path, waiting: source.Waiting) -> bool:
    """Whether `db` is a database that the demo wrote and nobody else has written to since.

    Raises DatabaseError when it cannot be opened.
    """
    with duckdb.connect() as con:
        source.attach(con, db, waiting)
        try:
            return con.execute(statement("source", "only_demo")).fetchall() == [(True,)]
        except (duckdb.CatalogException, duckdb.BinderException):  # no such table or no tags: somebody else's
            return False


def _make_contract(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(statement("source", "contract_begin"))
    for text in schema():
        con.execute(text)
    con.execute(statement("source", "contract_end"))


def _attached(con: duckdb.DuckDBPyConnection, wanted: str | None) -> Mapping[str, source.Table]:
    found = source.tables(con)
    telemetry = source.telemetry_table(found, wanted)
    recorded = {t.name: t for t in found if t.name in EXTRA_TABLES and t.schema == telemetry.schema}
    recorded["telemetry"] = telemetry
    for name, table in recorded.items():
        place = ".".join(_quoted(part) for part in ("recorded", table.schema, table.name))
        con.table(place).create_view(f"recorded_{name}")
    return recorded


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _parquet(con: duckdb.DuckDBPyConnection, folder: Path, wanted: str | None) -> Mapping[str, source.Table]:
    """Read <folder>/<table>/*.parquet, or every *.parquet of the folder itself as the telemetry."""
    recorded = {}
    for name in ("telemetry", *EXTRA_TABLES):
        place = folder / (wanted or name) if name == "telemetry" else folder / name
        files = sorted(place.glob("**/*.parquet"))
        if name == "telemetry" and not files:
            files = sorted(folder.glob("*.parquet"))
        if not files:
            continue
        rows = con.read_parquet([str(file) for file in files], union_by_name=True)
        rows.create_view(f"recorded_{name}")
        recorded[name] = source.Table("main", name, frozenset(column.lower() for column in rows.columns))
    if "telemetry" not in recorded:
        raise DatabaseError(
            f"No Parquet files in: {folder}",
            "put them there or in a folder named telemetry within it",
        )
    source.telemetry_table([recorded["telemetry"]], None)
    return recorded
