"""Keep the rows of requests that are followed by their ids, so that no later build looks through all ids for them.

Any row may bring an id again, or a second attempt of a request. So the ids of all rows are kept as numbers, of which a
new part's are looked up; the rows found are read and kept themselves. These are rows enough for the statements that
follow requests: more of them, for instance because two ids are one number, change nothing in what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import duckdb
from duckdb import ColumnExpression

from finops_report.warehouse.base_views import show
from finops_report.warehouse.kept.kept_cubes import Part
from finops_report.warehouse.kept.parts import PartedRows
from finops_report.warehouse.readings import text_of
from finops_report.warehouse.sql_files import statement

HASHES = 1 << 48  # id_hash is below this
IDS_AT_ONCE = 16_000_000  # new ids that are counted together: 8 bytes each, and what counting takes
FOLLOWED = {
    "telemetry": ("requests", "recurring", "followed_requests"),
    "attempts": ("attempts_clean", "troubled", "followed_attempts"),
}


def _mark(con: duckdb.DuckDBPyConnection, source: PartedRows, part: Part) -> None:
    """Keep the ids of a part."""
    rows = source.placed(con, part.table, part.of)
    columns = [text_of(rows, column).alias(column) for column in ("request_id", "outcome")]
    rows.select(*columns, ColumnExpression("at_row")).create_view("recorded_ids", replace=True)
    con.sql(_text("marked"), params={"part": part.number}).insert_into(f"kept.ids.{part.table}")


def follow(con: duckdb.DuckDBPyConnection, source: PartedRows, parts: Sequence[Part]) -> None:
    """Keep the ids of the new parts, and read the rows that have to be followed for them; changes the base views."""
    for table in source.tables:
        new = [part for part in parts if part.table == table and not part.is_kept]
        if not new:
            continue
        for part in new:
            _mark(con, source, part)
        _look_up(con, table, new)
        numbers = [number for (number,) in con.execute(_text("parts_to_follow")).fetchall()]
        for part in (part for part in parts if part.number in numbers):
            _read_followed(con, source, part)
        con.execute(_text("end_wanted"))


def _look_up(con: duckdb.DuckDBPyConnection, table: str, new: Sequence[Part]) -> None:
    """Make the table of the rows to follow; ids are counted in stretches of their hashes, so that memory is bounded.

    New parts have the highest numbers: the ids of earlier ones are looked through once.
    """
    con.table(f"kept.ids.{table}").create_view("ids", replace=True)
    con.table(f"kept.followed.{table}").create_view("followed", replace=True)
    con.execute(_text("begin_wanted"))
    passes = 1 + sum(part.of.count for part in new) // IDS_AT_ONCE
    bounds = [HASHES * turn // passes for turn in range(passes + 1)]
    first_new = {"first_new": min(part.number for part in new)}
    for from_hash, until_hash in pairwise(bounds):
        asked = {**first_new, "from_hash": from_hash, "until_hash": until_hash}
        con.sql(_text(FOLLOWED[table][1]), params=asked).insert_into("wanted_ids")
        con.sql(_text(f"met_{table}"), params=asked).insert_into("met")
    con.execute(_text("to_follow"), first_new)


def _read_followed(con: duckdb.DuckDBPyConnection, source: PartedRows, part: Part) -> None:
    """Read the rows of a part that are to be followed, found by where they stand."""
    con.execute(_text("rows_to_follow"), {"part": part.number})
    show(con, {part.table: source.chosen(con, part.table, part.of)})
    con.sql(_text(FOLLOWED[part.table][2]), params={"part": part.number}).insert_into(f"kept.followed.{part.table}")


def forget_ids(con: duckdb.DuckDBPyConnection, known: Sequence[int]) -> None:
    """Throw away the ids and the followed rows of all parts but these."""
    for table in FOLLOWED:
        for what in ("ids", "followed"):
            con.execute(_text(f"forget_{what}_{table}"), {"parts": list(known)})


@contextmanager
def followed_alone(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> Iterator[None]:
    """Have the base view over 'telemetry' or 'attempts' show only the rows of the table `rows`."""
    view = FOLLOWED[table][0]
    con.table(rows).create_view(view, replace=True)
    yield
    con.sql(statement("cubes/base", f"duckdb.{view}")).create_view(view, replace=True)


def _text(name: str) -> str:
    return statement("kept/ids", name)
