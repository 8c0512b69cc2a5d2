"""Sum the parts that are not kept, and remember them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from importlib.metadata import version

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from finops_report.calendar.comparison import DAY, Days
from finops_report.calendar.period import FIRST_DAY
from finops_report.calendar.recorded import day_of
from finops_report.calendar.spans import Span, Stretch, stretch_spans
from finops_report.calendar.zones import midnight_us, whole, zone
from finops_report.warehouse.base_views import show
from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.cubes import FUTURE_SLACK_US, Bounds, Cube
from finops_report.warehouse.kept.coarse import STRETCHES, sum_stretches
from finops_report.warehouse.kept.followed_days import sum_days
from finops_report.warehouse.kept.following import follow, forget_ids
from finops_report.warehouse.kept.in_server import follow_in_server, without_changed
from finops_report.warehouse.kept.kept_cubes import Kept, Part, kept_tables, put
from finops_report.warehouse.kept.lending import (
    ATTRIBUTION,
    CUBES,
    END_USERS,
    END_USERS_KEEPING,
    KEPT,
    Keeping,
    always,
    can_be_kept,
    name_of,
    reads_all_rows,
    rows_by,
)
from finops_report.warehouse.kept.parts import PARTED, PartedRows
from finops_report.warehouse.kept.server_days import ServerDays
from finops_report.warehouse.recorded import Recorded
from finops_report.warehouse.sql_files import statement
from finops_report.warehouse.steps import Step, Told, nobody

BESIDE = 0  # the number of the part that is what stands beside requests and attempts: it is small, and always redone


def sum_extent(con: duckdb.DuckDBPyConnection, kept: Kept, bounds: Bounds) -> Kept:
    """Make the cube `extent`, and return what is kept with the latest moment of each new part."""
    if isinstance(kept.source, ServerDays):
        _forget_all_but(con, "hours", [])
        _add(con, "hours", BESIDE, kept.source.hours(con))
        create_table(con, "cubes.extent", statement("kept", "extent"), kept.source.bounds)
        return kept
    hours = rows_by(con, statement("kept", "hours"), bounds)
    _add(con, "hours", BESIDE, hours.limit(0))
    found = []
    for part in kept.parts:
        if part.is_kept:
            found.append(part)
            continue
        _show(con, kept.source, part)
        if part.table == "telemetry":
            _add(con, "hours", part.number, rows_by(con, statement("kept", "hours"), bounds))
        ((latest_us,),) = con.execute(statement("kept", "latest")).fetchall()
        found.append(replace(part, latest_us=latest_us))
    create_table(con, "cubes.extent", statement("kept", "extent"), bounds)
    return replace(kept, parts=tuple(found))


def sum_parts(
    con: duckdb.DuckDBPyConnection,
    kept: Kept,
    recorded: Recorded,
    cubes: Sequence[Cube],
    bounds: Bounds,
    timezone: str,
    told: Told = nobody,
) -> Kept:
    """Sum those of `cubes` that can be kept over the parts in which they are not, and return what can be remembered.

    A part that has rows after the moment of the build is not kept: what is in the future now will not be.
    """
    wanted = {cube: KEPT[name_of(cube)] for cube in cubes if can_be_kept(cube)} | {END_USERS: END_USERS_KEEPING}
    known = dict(con.execute(statement("kept", "cuts")).fetchall())
    cuts = {cube: _cut(keeping, bounds, timezone) for cube, keeping in wanted.items()}
    cut_anew = [cube for cube, cut in cuts.items() if known.get(name_of(cube)) != cut]
    for cube in cut_anew:
        con.execute(statement("kept", "forget_cut"), {"cube": name_of(cube)})
        _forget_all_but(con, name_of(cube), [])
    _create_slots(con, bounds, timezone)
    for cube in wanted:
        if name_of(cube) not in kept_tables(con, CUBES):
            _add(con, name_of(cube), BESIDE, rows_by(con, cube.text, bounds).limit(0))
    summed = set()
    for number, part in enumerate(kept.parts, 1):
        told(Step("new rows", number, len(kept.parts)))
        asked = [cube for cube in (cut_anew if part.is_kept else wanted) if part.table in wanted[cube].tables]
        if asked:
            _sum(con, kept, asked, part, bounds)
            summed.add(part.number)
    _forget_all_but(con, "unusable_values", [part.number for part in kept.parts])
    beside = [cube for cube in wanted if name_of(cube) == "unusable_values"]
    if isinstance(kept.source, ServerDays):
        _sum(con, kept, beside, None, bounds)
        follow_in_server(con, kept.source, kept.parts, always(bounds))
        kept = without_changed(con, kept, kept.source, summed)
    else:
        follow(con, kept.source, kept.parts)
        show(con, {name: one.parts for name, one in recorded.tables.items() if name not in PARTED})
        _sum(con, kept, beside, None, bounds)
    moment_us = int(bounds["now_us"]) - FUTURE_SLACK_US
    sum_days(con, kept, cubes, bounds, moment_us)
    into_days = {
        name_of(cube): _cut(replace(KEPT[name_of(cube)], days=True), bounds, timezone)
        for cube in wanted
        if name_of(cube) in STRETCHES
    }
    sum_stretches(con, kept, into_days, moment_us)
    con.execute(statement("kept", "drop_slots"))
    for cube in cut_anew:
        con.execute(statement("kept", "add_cut"), {"cube": name_of(cube), "cut": cuts[cube]})
    return kept


def _sum(con: duckdb.DuckDBPyConnection, kept: Kept, cubes: Sequence[Cube], part: Part | None, bounds: Bounds) -> None:
    """Add the sums of a part (None: of what stands beside requests and attempts) to the tables of these cubes."""
    is_user = ColumnExpression("divided_by") == ConstantExpression("end_user")
    for cube, rows in _sums(con, kept, cubes, part, always(bounds)):
        asked = rows.filter(~is_user) if name_of(cube) == ATTRIBUTION else rows
        _add(con, name_of(cube), BESIDE if part is None else part.number, asked)


def _sums(
    con: duckdb.DuckDBPyConnection, kept: Kept, cubes: Sequence[Cube], part: Part | None, bounds: Bounds
) -> Iterator[tuple[Cube, duckdb.DuckDBPyRelation]]:
    if isinstance(kept.source, ServerDays):
        yield from kept.source.sums(con, cubes, None if part is None else (part.table, part.of), bounds)
        return
    if part is not None:
        _show(con, kept.source, part)
    for cube in cubes:
        yield cube, rows_by(con, cube.text, bounds)


def remember(con: duckdb.DuckDBPyConnection, kept: Kept, moment_us: int) -> None:
    """Say of which rows the new parts are, but for those with rows after the moment of the build."""
    for part in kept.parts:
        if part.is_kept or not part.is_settled(moment_us):
            continue
        con.execute(
            statement("kept", "add_part"),
            {
                "part": part.number,
                "recorded_table": part.table,
                "part_rows": part.of.rows,
                "print": part.of.print,
                "last_us": part.latest_us,
            },
        )


def forget_lost(con: duckdb.DuckDBPyConnection, kept: Kept) -> None:
    """Throw away what is of no part that is still true."""
    known = [part.number for part in kept.parts if part.is_kept]
    for name in ("hours", name_of(END_USERS), *KEPT):
        _forget_all_but(con, name, known)
    forget_ids(con, known)


def _cut(keeping: Keeping, bounds: Bounds, timezone: str) -> str:
    slot_us = bounds["history_slot_us" if keeping.past else "slot_us"]
    days = f"days of {timezone} in tzdata {version('tzdata')}" if keeping.days else "no days"
    return f"{slot_us}, {days}"


def _add(con: duckdb.DuckDBPyConnection, name: str, part: int, rows: duckdb.DuckDBPyRelation) -> None:
    """Put rows of a part into the table of a cube, which is made if it is not there."""
    marked = rows.select(
        ConstantExpression(part).cast("BIGINT").alias("part"), *(ColumnExpression(column) for column in rows.columns)
    )
    put(con, CUBES, name, marked)


def _forget_all_but(con: duckdb.DuckDBPyConnection, name: str, parts: Sequence[int]) -> None:
    if name in kept_tables(con, CUBES):
        con.execute(statement("kept/forget", name), {"parts": list(parts)})


def _show(con: duckdb.DuckDBPyConnection, source: PartedRows, part: Part) -> None:
    """Have the base views show the rows of a part alone."""
    show(con, {part.table: source.rows(con, part.table, part.of)})


def show_rows_of(con: duckdb.DuckDBPyConnection, cube: Cube, recorded: Recorded) -> None:
    """Have the base views show all rows if a cube that is not kept reads them: else only parts have been shown."""
    if reads_all_rows(cube):
        show_all(con, recorded)


def show_all(con: duckdb.DuckDBPyConnection, recorded: Recorded) -> None:
    """Have the base views show all rows."""
    show(con, {name: one.parts for name, one in recorded.tables.items()})


def _create_slots(con: duckdb.DuckDBPyConnection, bounds: Bounds, timezone: str) -> None:
    """Make the slots of all that is recorded, as the report has those of its days."""
    ((first_us, last_us),) = con.execute(statement("kept", "days")).fetchall()
    clock = zone(timezone)
    first_us = bounds["now_us"] if first_us is None else first_us
    first, last = (day_of(int(us), clock) for us in (first_us, min(last_us or first_us, bounds["now_us"])))
    first = max(first.replace(day=1), FIRST_DAY)  # a month is known by its first slot, whatever is recorded of it
    for table, slot in (("slots", "slot_us"), ("history_slots", "history_slot_us")):
        slot_us = int(bounds[slot])
        begin_us, end_us = (whole(midnight_us(day, clock), slot_us) for day in (first, last + DAY))
        days = stretch_spans(Stretch(Days(first, last), begin_us, end_us, slot_us), clock)
        columns = {field.name: [getattr(day, field.name) for day in days] for field in fields(Span)}
        create_table(con, table, statement("kept", "slots"), {**columns, "slot_us": slot_us})
