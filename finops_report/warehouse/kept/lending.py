"""Say which cubes are kept, and lend a report those of all parts, put together for its time."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.sql_files import parameters, statement

SCHEMA = "kept.cubes"
ATTRIBUTION = "attribution"  # of which all but end users is kept: their months are those of a report's comparison


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


KEPT = {
    "spend": Keeping(("slot_us", "strategy", "provider", "model")),
    "latency": Keeping(("day_us", "strategy", "provider", "model", "bucket"), days=True),
    "ttft": Keeping(("day_us", "strategy", "provider", "model", "bucket"), days=True),
    "workload": Keeping(
        ("day_us", "requested_model", "input_size", "output_size", "strategy", "provider", "model"), days=True
    ),
    "attribution": Keeping(("slot_us", "divided_by", "team", "project", "environment", "end_user")),
    "attempts": Keeping(("slot_us", "provider", "model", "outcome", "error_type"), ("attempts",)),
    "price_sources_used": Keeping(("slot_us", "price_source", "cost_source", "usage_source", "unpriced_reason")),
    "history": Keeping(("day_us", "team", "project", "environment", "provider", "model"), days=True, past=True),
    "rhythm": Keeping(("slot_us", "divided_by", "provider", "model", "team"), past=True),
    "unusable_values": Keeping(("slot_us", "column_name", "reason"), ("telemetry", "attempts"), has_bounds=False),
}


def lend(con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> bool:
    """Make the table of a cube from what is kept of all parts; return False if it is not kept."""
    name = name_of(cube)
    if name not in KEPT:
        return False
    keeping, rows = KEPT[name], con.table(f"{SCHEMA}.{name}")
    kinds = dict(zip(rows.columns, rows.types, strict=True))
    if keeping.has_bounds:
        begin, end = ("history_from_us", "history_until_us") if keeping.past else ("from_us", "until_us")
        time = ColumnExpression(keeping.keys[0])
        rows = rows.filter((time >= ConstantExpression(bounds[begin])) & (time < ConstantExpression(bounds[end])))
    columns = [
        ColumnExpression(column)
        if column in keeping.keys
        else FunctionExpression("sum", ColumnExpression(column)).cast(kinds[column]).alias(column)
        for column in rows.columns
        if column != "part"
    ]
    rows.aggregate(columns, ", ".join(keeping.keys)).create(cube.table)
    if name == ATTRIBUTION:
        rows_by(con, statement("kept", "end_users"), bounds).insert_into(cube.table)
    return True


def name_of(cube: Cube) -> str:
    """Return the name of a cube in its schema."""
    return cube.table.removeprefix("cubes.")


def rows_by(con: duckdb.DuckDBPyConnection, text: str, bounds: Bounds) -> duckdb.DuckDBPyRelation:
    """Return the rows of a statement, with those of `bounds` that it takes."""
    return con.sql(text, params={name: bounds[name] for name in parameters(text)})
