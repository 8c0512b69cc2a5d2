"""Keep the sums of whole local days and months, too: of a year they are a fraction of the rows of hours and days.

They are made of kept cubes alone. Of which parts the sums of a stretch are made stands beside them, so that those of a
stretch with a late row, without a part that is gone, or of another time zone are made anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from finops_report.warehouse.create_table import create_table, create_view
from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.kept.kept_cubes import Kept, kept_tables, put
from finops_report.warehouse.kept.lending import CUBES, KEPT, added_up, between, name_of
from finops_report.warehouse.sql_files import statement

STRETCHES = {"spend": "days", "latency": "months", "ttft": "months", "workload": "months"}
SCHEMA = "coarse"  # of these sums in the file of kept cubes


def sum_stretches(con: duckdb.DuckDBPyConnection, kept: Kept, cuts: Mapping[str, str], moment_us: int) -> None:
    """Sum the stretches of each cube in `cuts`, which says how its time is cut, of which other rows are kept now.

    What has rows after the moment of the build is summed, and not believed by the next one. The kept cubes are
    complete, and the table `slots` is there.
    """
    prints = kept.prints(moment_us)
    for name, cut in cuts.items():
        time = ColumnExpression(KEPT[name].keys[0])
        rows = con.table(f"kept.{CUBES}.{name}").select(ColumnExpression("part"), time.alias("slot_us"))
        rows.create_view("kept_slots", replace=True)
        create_table(con, "stretches", _text(STRETCHES[name]))
        made_of = {"cut": cut, "parts": list(prints), "prints": list(prints.values())}
        create_table(con, "stretches_now", _text("stretches_now"), made_of)
        con.execute(_text("forget_stretches"), {"cube": name})
        _sum_new(con, name)
        con.execute(_text("remember"), {"cube": name})
        con.execute(_text("end"))


def _sum_new(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the sums of the stretches that are not known; what is left of others goes first."""
    keeping, rows = KEPT[name], con.table(f"kept.{CUBES}.{name}").set_alias("kept_rows")
    create_table(con, "slots_to_sum", _text("slots_to_sum"), {"cube": name})
    time = keeping.keys[0]
    is_wanted = ColumnExpression("kept_rows", time) == ColumnExpression("wanted", "slot_us")
    joined = rows.join(con.table("slots_to_sum").set_alias("wanted"), is_wanted)
    columns = [
        (
            ColumnExpression("wanted", "stretch_us").alias(time)
            if column == time
            else ColumnExpression("kept_rows", column)
        )
        for column in rows.columns
    ]
    sums = added_up(joined.select(*columns), keeping)
    if name in kept_tables(con, SCHEMA):
        con.execute(statement("kept/coarse/forget", name))
    put(con, SCHEMA, name, sums)


def find_whole_months(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table of the local months that the report does not part; its calendar is there."""
    create_table(con, "whole_months", statement("kept", "whole_months"))


def lend_coarse(con: duckdb.DuckDBPyConnection, name: str, bounds: Bounds) -> None:
    """Make `coarse.<name>` of whole days."""
    days = between(con.table(f"kept.{SCHEMA}.{name}"), KEPT[name], bounds["from_us"], bounds["until_us"])
    create_view(con, f"coarse.{name}", days)


def lend_stretches(con: duckdb.DuckDBPyConnection, cube: Cube) -> bool:
    """Make the table of a cube that is by stretches of the report; return False for one that is not.

    It is of the months that the report does not part, and of the days of those that it parts: of the kept cube only
    these are read.
    """
    name = name_of(cube)
    if STRETCHES.get(name) != "months":
        return False
    keeping = KEPT[name]
    rows, time = con.table(f"kept.{SCHEMA}.{name}"), keeping.keys[0]
    is_whole = ColumnExpression("kept_rows", time) == ColumnExpression("whole", "month_us")
    months = rows.set_alias("kept_rows").join(con.table("whole_months").set_alias("whole"), is_whole, how="semi")
    parted = con.execute(statement("kept", "parted_days")).fetchall()
    if parted:
        is_parted = ColumnExpression(time).isin(*(ConstantExpression(day_us) for (day_us,) in parted))
        days = con.table(f"kept.{CUBES}.{name}").filter(is_parted)
        months = months.union(days.select(*(ColumnExpression(column) for column in months.columns)))
    first = con.sql(statement("kept", "stretches_of_days")).set_alias("first")
    here = months.set_alias("kept_rows")
    joined = here.join(first, ColumnExpression("kept_rows", time) == ColumnExpression("first", "day_us"))
    columns = [
        ColumnExpression("first", time) if column == time else ColumnExpression("kept_rows", column)
        for column in months.columns
    ]
    added_up(joined.select(*columns), keeping).create(cube.table)
    return True


def _text(name: str) -> str:
    return statement("kept/coarse", name)
