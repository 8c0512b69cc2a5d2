"""Say which cubes are kept, and lend a report those of all parts, put together for its time."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from finops_report.warehouse.create_table import create_view
from finops_report.warehouse.cubes import COARSE, Bounds, Cube
from finops_report.warehouse.sql_files import arguments, has_statement, statement

CUBES = "cubes"  # the schema of kept cubes in their file
ATTRIBUTION = "attribution"  # its end users are kept apart: their months are those of a report's comparison


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a cube is kept: the columns its rows are told apart by, the tables it reads, and how its time is cut.

    `days`: by local days of the zone of the report; `past`: over the history. Its first column is its time; a cube
    that has no bounds is lent whole.
    """

    keys: tuple[str, ...]
    tables: tuple[str, ...] = ("telemetry",)
    days: bool = False
    past: bool = False
    has_bounds: bool = True


UNASKED = "cubes/unasked"
KEPT = {
    "spend": Keeping(("slot_us", "strategy", "provider", "model")),
    "latency": Keeping(("stretch_us", "strategy", "provider", "model", "bucket"), days=True),
    "ttft": Keeping(("stretch_us", "strategy", "provider", "model", "bucket"), days=True),
    "workload": Keeping(
        ("stretch_us", "requested_model", "input_size", "output_size", "strategy", "provider", "model"), days=True
    ),
    "attribution": Keeping(("slot_us", "divided_by", "team", "project", "environment", "end_user")),
    "attempts": Keeping(("slot_us", "provider", "model", "outcome", "error_type"), ("attempts",)),
    "price_sources_used": Keeping(("slot_us", "price_source", "cost_source", "usage_source", "unpriced_reason")),
    "guarded": Keeping(("slot_us", "team")),
    "history": Keeping(("day_us", "team", "project", "environment", "provider", "model"), days=True, past=True),
    "rhythm": Keeping(("slot_us", "divided_by", "provider", "model", "team"), past=True),
    "unusable_values": Keeping(("slot_us", "column_name", "reason"), ("telemetry", "attempts"), has_bounds=False),
}


END_USERS_KEEPING = Keeping(("month_us", "day_us", "end_user"), days=True)
END_USERS = Cube("cubes.end_users", statement("kept", "end_users"), "kept/end_users")


def can_be_kept(cube: Cube) -> bool:
    """Return whether a cube is one of sums that add up; one that is not asked for is empty, and not kept."""
    name = name_of(cube)
    return name in KEPT and not (has_statement(UNASKED, name) and cube.text == statement(UNASKED, name))


def reads_all_rows(cube: Cube) -> bool:
    """Return whether a cube is summed of the rows of the period in any build: what settings ask for."""
    name = name_of(cube)
    return has_statement(UNASKED, name) and cube.text != statement(UNASKED, name)


def lend_sums(con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> bool:
    """Make the table of a cube from what is kept of all parts; return False if it is not kept.

    One of which little is read is a view.
    """
    if not can_be_kept(cube):
        return False
    name = name_of(cube)
    keeping, rows = KEPT[name], con.table(f"kept.{CUBES}.{name}")
    if keeping.has_bounds:
        begin, end = ("history_from_us", "history_until_us") if keeping.past else ("from_us", "until_us")
        together = _put_together(between(rows, keeping, bounds[begin], bounds[end]), keeping)
        if name in COARSE:  # the largest; views read little of it beside its days: no need to copy it
            create_view(con, cube.table, together)
        else:
            together.create(cube.table)
    else:
        added_up(rows, keeping).create(cube.table)
    if name == ATTRIBUTION:
        con.sql(statement("kept", "end_users_of_report")).insert_into(cube.table)
    return True


def always(bounds: Bounds) -> Bounds:
    """Return bounds that leave out no time but the future."""
    whole = {**bounds, "from_us": 0, "until_us": bounds["now_us"]}
    return whole | {"history_from_us": 0, "history_until_us": bounds["now_us"]}


def between(
    rows: duckdb.DuckDBPyRelation, keeping: Keeping, from_us: float, until_us: float
) -> duckdb.DuckDBPyRelation:
    """Return the rows of a time."""
    time = ColumnExpression(keeping.keys[0])
    return rows.filter((time >= ConstantExpression(from_us)) & (time < ConstantExpression(until_us)))


def _put_together(rows: duckdb.DuckDBPyRelation, keeping: Keeping) -> duckdb.DuckDBPyRelation:
    """Add up the parts of each time that is in several; hardly any is, and the rest stands as it is kept."""
    time, part = ColumnExpression(keeping.keys[0]), ColumnExpression("part")
    ends = [FunctionExpression(end, part).alias(end) for end in ("min", "max")]
    spread = rows.aggregate([time, *ends], keeping.keys[0])
    spread = (
        spread.filter(ColumnExpression("min") != ColumnExpression("max"))
        .select(time.alias("spread_over"))
        .set_alias("spread")
    )
    of_rows = rows.set_alias("kept_rows")
    is_spread = ColumnExpression("kept_rows", keeping.keys[0]) == ColumnExpression("spread", "spread_over")
    columns = [ColumnExpression(column) for column in rows.columns if column != "part"]
    alone = of_rows.join(spread, is_spread, how="anti").select(*columns)
    return alone.union(added_up(of_rows.join(spread, is_spread, how="semi"), keeping))


def added_up(rows: duckdb.DuckDBPyRelation, keeping: Keeping) -> duckdb.DuckDBPyRelation:
    """Return the sums of rows of several parts that have equal keys."""
    kinds = dict(zip(rows.columns, rows.types, strict=True))
    columns = [
        ColumnExpression(column)
        if column in keeping.keys
        else FunctionExpression("sum", ColumnExpression(column)).cast(kinds[column]).alias(column)
        for column in rows.columns
        if column != "part"
    ]
    return rows.aggregate(columns, ", ".join(keeping.keys))


def name_of(cube: Cube) -> str:
    """Return the name of a cube in its schema."""
    return cube.table.removeprefix("cubes.")


def rows_by(con: duckdb.DuckDBPyConnection, text: str, bounds: Bounds) -> duckdb.DuckDBPyRelation:
    """Return the rows of a statement, with those of `bounds` that it takes."""
    return con.sql(text, params=arguments(text, bounds))
