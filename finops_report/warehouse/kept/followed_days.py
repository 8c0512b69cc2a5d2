"""Keep what comes of requests that are followed by their ids, day by day: of a year, few days have other rows now.

A request whose rows all lie in one day (of UTC) adds to the sums of that day alone. The few that travel, with rows in
several days, and those of days that a report parts are followed in each build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb

from finops_report.warehouse.create_table import create_table, drop_table
from finops_report.warehouse.cubes import Bounds, Cube, sum_cube
from finops_report.warehouse.kept.days import DAY_US
from finops_report.warehouse.kept.following import followed_alone
from finops_report.warehouse.kept.kept_cubes import Kept, kept_tables, put
from finops_report.warehouse.kept.lending import Keeping, added_up, always, between, name_of, rows_by
from finops_report.warehouse.kept.parts import PARTED
from finops_report.warehouse.sql_files import statement

SCHEMA = "by_day"  # of these sums in the file of kept cubes
FOLLOWS = {  # which rows a cube follows, by its statement
    "cubes/repeated_request_ids": "telemetry",
    "cubes/inferred/failovers": "telemetry",
    "cubes/failovers": "attempts",
    "cubes/fallbacks": "attempts",
    "cubes/troubled_requests": "attempts",
}
LOOKED_FOR = {"recurring_ids": "telemetry", "troubled_ids": "attempts", "troubled_attempts": "attempts"}
KEPT = {
    "repeated_request_ids": Keeping(("slot_us", "earlier_slot_us")),
    "failovers": Keeping(("slot_us", "from_provider", "to_provider", "error_type")),
    "fallbacks": Keeping(("slot_us", "from_provider", "from_model", "to_provider", "to_model")),
    "troubled_requests": Keeping(("slot_us",)),
}


def sum_days(con: duckdb.DuckDBPyConnection, kept: Kept, cubes: Sequence[Cube], bounds: Bounds, moment_us: int) -> None:
    """Sum the days of which other rows are followed now, and choose the rows that the report is to follow itself.

    What has rows after the moment of the build is summed, and not believed by the next one. All rows to be followed
    are kept; `bounds` are those of the report. The base views are as they were afterwards.
    """
    prints = kept.prints(moment_us)
    first_us, until_us = _whole_days(bounds)
    for table in PARTED:
        con.table(f"kept.followed.{table}").create_view("followed", replace=True)
        create_table(con, "travelling_ids", _text("travelling_ids"))
        _sum_new(con, table, prints, cubes, always(bounds))
        create_table(con, f"{table}_apart", _text("rows_apart"), {"first_us": first_us, "until_us": until_us})
        con.execute(_text("end"))


def _sum_new(
    con: duckdb.DuckDBPyConnection, table: str, prints: Mapping[int, str], cubes: Sequence[Cube], bounds: Bounds
) -> None:
    summed = [cube for cube in cubes if FOLLOWS.get(cube.source) == table]
    cut = f"{bounds['slot_us']}, {', '.join(cube.source for cube in summed)}"
    known_as = {"cube": f"followed {table}"}
    made_of = {"cut": cut, "parts": list(prints), "prints": list(prints.values())}
    create_table(con, "stretches_now", _text("stretches_now"), made_of)
    con.execute(statement("kept/coarse", "forget_stretches"), known_as)
    for cube in summed:
        if name_of(cube) in kept_tables(con, SCHEMA):
            con.execute(statement("kept/followed/forget", name_of(cube)), known_as)
    create_table(con, "rows_of_new_days", _text("rows_of_new_days"), known_as)
    shared = [cube for cube in cubes if LOOKED_FOR.get(cube.table) == table]
    with followed_alone(con, table, "rows_of_new_days"), _made(con, shared, bounds):
        for cube in summed:
            put(con, SCHEMA, name_of(cube), rows_by(con, cube.text, bounds))
    con.execute(statement("kept/coarse", "remember"), known_as)


@contextmanager
def _made(con: duckdb.DuckDBPyConnection, shared: Sequence[Cube], bounds: Bounds) -> Iterator[None]:
    """Have these tables for the moment: a report makes its own."""
    for cube in shared:
        sum_cube(con, cube, bounds)
    yield
    for cube in shared:
        drop_table(con, cube.table)


def _whole_days(bounds: Bounds) -> tuple[int, int]:
    """Return from when until when the days lie whole within the report; an end before its beginning if none does."""
    return -int(-bounds["from_us"] // DAY_US) * DAY_US, int(bounds["until_us"] // DAY_US) * DAY_US


def lend_followed(con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> bool:
    """Make the table of a cube that follows requests, of whole days and of what lies apart; False for any other."""
    table = LOOKED_FOR.get(cube.table) or FOLLOWS.get(cube.source)
    if table is None:
        return False
    with followed_alone(con, table, f"{table}_apart"):
        if cube.table in LOOKED_FOR:
            sum_cube(con, cube, bounds)
            return True
        keeping, days = KEPT[name_of(cube)], con.table(f"kept.{SCHEMA}.{name_of(cube)}")
        whole = between(days, keeping, *_whole_days(bounds))
        added_up(rows_by(con, cube.text, bounds).union(whole), keeping).create(cube.table)
    return True


def _text(name: str) -> str:
    return statement("kept/followed", name)
