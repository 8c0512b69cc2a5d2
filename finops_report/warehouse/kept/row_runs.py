"""Have runs of rows of a DuckDB file be parts, told by how their row groups lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb import ColumnExpression

from finops_report.warehouse.kept.parts import PARTED, KnownPart, PartRows, PartsNow, has_plain_times
from finops_report.warehouse.kept.row_groups import Groups, row_groups, rows_of, run, runs_between, to_put_together
from finops_report.warehouse.recorded import Recorded, place_in_file

LONGEST_RUN = 32  # row groups: four million rows are summed anew if one of them changed
NUMBER = "rowid"  # of a row, by DuckDB itself


@dataclass(frozen=True, slots=True)
class RowRuns:
    """The places of the tables in the attached file, and the row groups of each."""

    places: dict[str, str]
    groups: dict[str, Groups]

    @property
    def tables(self) -> tuple[str, ...]:
        """Those of 'telemetry' and 'attempts' that are there."""
        return tuple(self.places)

    def kind(self, con: duckdb.DuckDBPyConnection) -> str:
        """Return the tables with the types of their columns."""
        tables = {name: con.table(place) for name, place in self.places.items()}
        return repr(
            [
                (name, self.places[name], table.columns, [str(kind) for kind in table.types])
                for name, table in tables.items()
            ]
        )

    def parts(self, con: duckdb.DuckDBPyConnection, table: str, known: Sequence[KnownPart]) -> PartsNow:
        """Hold the runs that are known against the row groups as they are."""
        place, groups = self.places[table], self.groups[table]
        covered: dict[tuple[int, int], int] = {}
        kept: dict[int, PartRows] = {}
        for part in known:
            first, until = (groups.place(row) for row in _ends(part.rows))
            if first is None or until is None or first >= until:
                continue
            now = _part(con, place, groups, first, until)
            if now.print == part.print:
                kept[part.number] = now
                covered[first, until] = part.number
        for small in to_put_together(list(covered), groups, LONGEST_RUN):
            del kept[covered.pop(small)]
        new = runs_between(list(covered), groups, LONGEST_RUN)
        return PartsNow(kept, tuple(_part(con, place, groups, first, until) for first, until in new))

    def rows(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return the rows of a run."""
        return (rows_of(con, self.places[table], *_ends(part.rows)),)

    def placed(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> duckdb.DuckDBPyRelation:
        """Return the rows of a run with their numbers."""
        rows = rows_of(con, self.places[table], *_ends(part.rows))
        return rows.select("*", ColumnExpression(NUMBER).alias("at_row"))

    def chosen(self, con: duckdb.DuckDBPyConnection, table: str, part: PartRows) -> tuple[duckdb.DuckDBPyRelation, ...]:
        """Return the rows of `rows_to_follow`, found by where they stand: few blocks are read."""
        rows, wanted = con.table(self.places[table]).set_alias("recorded_rows"), con.table("rows_to_follow")
        is_wanted = ColumnExpression("recorded_rows", NUMBER) == ColumnExpression("wanted", "at_row")
        return (rows.join(wanted.set_alias("wanted"), is_wanted, how="semi"),)


def row_runs(con: duckdb.DuckDBPyConnection, recorded: Recorded, db: Path) -> RowRuns | None:
    """Return the runs of the attached file `db`; None if how its tables lie says nothing of what they hold.

    So it is with views, with times that are no timestamps, and with writes that are in the log alone.
    """
    log = Path(f"{db.resolve()}.wal")
    if log.exists() and log.stat().st_size:
        return None
    places, groups = {}, {}
    for name in PARTED:
        if name not in recorded.tables:
            continue
        one = recorded.tables[name]
        if one.table.is_view or not has_plain_times(one):
            return None
        places[name] = place_in_file(one.table)
        found = row_groups(con, places[name], db)
        if found is None:
            return None
        groups[name] = found
    return RowRuns(places, groups)


def _part(con: duckdb.DuckDBPyConnection, place: str, groups: Groups, first: int, until: int) -> PartRows:
    found = run(con, place, groups, first, until)
    rows = f"{found.first_row}-{found.until_row}"
    return PartRows(rows, f"{rows} {found.print}", found.until_row - found.first_row)


def _ends(rows: str) -> tuple[int, int]:
    first, _, until = rows.partition("-")
    return int(first), int(until)
