"""Open what holds the telemetry, read-only, and find the table in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops_report.errors import DatabaseError
from finops_report.warehouse.statements import statement

CONTRACT = (
    "timestamp",
    "request_id",
    "strategy",
    "provider",
    "model",
    "input_tokens",
    "output_tokens",
    "cost_estimated",
    "latency_ms",
)
FIRST_WAIT_S, LONGEST_WAIT_S = 0.02, 0.5
BUSY = ("Could not set lock", "already attached")  # how DuckDB says that another process, or this one, has the file


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view of the telemetry file: its place and its columns, in lower case."""

    schema: str
    name: str
    columns: frozenset[str]

    @property
    def label(self) -> str:
        return self.name if self.schema == "main" else f"{self.schema}.{self.name}"

    @property
    def missing(self) -> list[str]:
        return [column for column in CONTRACT if column not in self.columns]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long a reader waits for a writer to let go of the file, and how it waits."""

    patience_s: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]


def attach(con: duckdb.DuckDBPyConnection, path: Path, waiting: Waiting) -> None:
    """Attach the file at `path` as `recorded`; wait out writers for at most `patience_s` seconds.

    Raises DatabaseError when there is no such file, when it is no DuckDB file of a version this
    DuckDB reads, or when it stays locked.
    """
    if not path.exists():
        raise DatabaseError(f"No such file: {path}", "point --db at the telemetry, or run finops-report demo first")
    deadline = waiting.clock() + waiting.patience_s
    wait_s = FIRST_WAIT_S
    while True:
        try:
            con.execute(statement("source", "attach"), {"path": str(path)})
            return
        except duckdb.Error as err:
            if not _is_busy(err) or waiting.clock() + wait_s > deadline:
                raise explained(path, err, waiting.patience_s) from err
        waiting.sleep(wait_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def explained(path: Path, err: duckdb.Error, patience_s: float) -> DatabaseError:
    """Turn DuckDB's refusal to open a file into what the reader can do about it."""
    text = str(err)
    if _is_busy(err):
        return DatabaseError(
            f"Another process kept the database open for {patience_s:.0f} s: {path}",
            "close the program that holds it, or try again: our own writers hold it only for moments",
        )
    if "not a valid DuckDB" in text:
        return DatabaseError(f"Not a DuckDB file: {path}", "give --db the file that the collector writes")
    if "version number" in text:
        return DatabaseError(
            f"The file was written by another version of DuckDB than {duckdb.__version__}: {path}",
            "install the newest duckdb: pip install --upgrade duckdb",
        )
    return DatabaseError(
        f"The database cannot be opened: {path}: {text.splitlines()[0]}",
        "check the file and its permissions",
    )


def _is_busy(err: duckdb.Error) -> bool:
    return any(sign in str(err) for sign in BUSY)


def tables(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """Return every table and view of the attached file."""
    columns: dict[tuple[str, str], set[str]] = {}
    for schema, name, column in con.execute(statement("source", "columns")).fetchall():
        columns.setdefault((schema, name), set()).add(column.lower())
    return [Table(schema, name, frozenset(found)) for (schema, name), found in columns.items()]


def telemetry_table(found: Iterable[Table], wanted: str | None) -> Table:
    """Choose the one table with the nine columns of the contract, or the one the reader named.

    Raises DatabaseError when there is none (naming the columns that lack) or more than one.
    """
    found = list(found)
    if wanted is not None:
        return _named(found, wanted)
    whole = [table for table in found if not table.missing]
    if len(whole) == 1:
        return whole[0]
    if whole:
        names = ", ".join(table.label for table in whole)
        raise DatabaseError(
            f"More than one table could be the telemetry: {names}",
            f"choose one: --table {whole[0].label}",
        )
    if not found:
        raise DatabaseError(
            "The database has no tables",
            f"it needs one table with the columns {', '.join(CONTRACT)}",
        )
    raise _incomplete(min(found, key=lambda table: (len(table.missing), table.label)))


def _named(found: list[Table], wanted: str) -> Table:
    chosen = [
        table for table in found if wanted.lower() in (table.label.lower(), f"{table.schema}.{table.name}".lower())
    ]
    if not chosen:
        names = ", ".join(table.label for table in found) or "none"
        raise DatabaseError(f"No such table: {wanted}", f"the database has: {names}")
    if chosen[0].missing:
        raise _incomplete(chosen[0])
    return chosen[0]


def _incomplete(table: Table) -> DatabaseError:
    lacking = ", ".join(table.missing)
    return DatabaseError(
        f"Columns are missing from table {table.label}: {lacking}",
        "the telemetry table needs nine columns: " + ", ".join(CONTRACT),
    )
