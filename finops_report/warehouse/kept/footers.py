"""Remember what the ends of Parquet files say, so that those of files that are known need not be read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from finops_report.warehouse.kept.kept_cubes import attached
from finops_report.warehouse.sql_files import statement
from finops_report.warehouse.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Footer:
    """What the end of a file says: the types of its columns by their names in lower case, and its rows."""

    types: Mapping[str, str]
    rows: int


@dataclass(frozen=True, slots=True)
class Footers:
    """The ends of files by the name of each and its print: those that a cache has, and those that are there now."""

    known: Mapping[tuple[str, str], Footer] = field(default_factory=dict)
    met: dict[tuple[str, str], Footer] = field(default_factory=dict)

    def of(self, name: str, print_: str) -> Footer | None:
        """Return the end of a file that is there, if it is known."""
        found = self.met.get((name, print_)) or self.known.get((name, print_))
        if found is not None:
            self.met[name, print_] = found
        return found

    def add(self, name: str, print_: str, footer: Footer) -> None:
        """Remember the end of a file that is there."""
        self.met[name, print_] = footer


def recalled(con: duckdb.DuckDBPyConnection, cache: Path, waiting: Waiting) -> Footers:
    """Return what the file `cache` has of the ends of files; raises DatabaseError if it is none of ours."""
    if not cache.exists():
        return Footers()
    with attached(con, cache, waiting) as names:
        if "kept_cubes_files" not in names:
            return Footers()
        rows = con.execute(statement("kept/files", "known"), {"made_by": duckdb.__version__}).fetchall()
    return Footers({(name, print_): Footer(json.loads(types), rows) for name, print_, types, rows in rows})


def save_footers(con: duckdb.DuckDBPyConnection, footers: Footers) -> None:
    """Remember the files that are there now, and no others, in the attached cache."""
    con.execute(statement("kept/files", "create"))
    if footers.met == footers.known:
        return
    con.execute(statement("kept/files", "forget"))
    columns = {
        "names": [name for name, _ in footers.met],
        "prints": [print_ for _, print_ in footers.met],
        "types": [json.dumps(dict(footer.types)) for footer in footers.met.values()],
        "counts": [footer.rows for footer in footers.met.values()],
    }
    con.execute(statement("kept/files", "remember"), {**columns, "made_by": duckdb.__version__})
