"""Ids that stand in several rows are found as by grouping all of them, however few are counted at once."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_report.warehouse import recurring
from finops_report.warehouse.recurring import create_recurring_ids
from finops_report.warehouse.sql_files import statement

BOUNDS = {"from_us": 10, "until_us": 20}
ROWS = st.lists(st.tuples(st.integers(8, 21) | st.none(), st.sampled_from(["", "a", "b", "ü", "a "]) | st.none()))


def found(con: duckdb.DuckDBPyConnection, rows: Sequence[tuple[int | None, str | None]]) -> list[tuple[object, ...]]:
    """The recurring ids of rows of a time and an id."""
    con.execute("create table requests (epoch_us bigint, request_id varchar)")
    for row in rows:
        con.execute("insert into requests values (?, ?)", row)
    create_recurring_ids(con, BOUNDS)
    return con.table("recurring_ids").order("request_id").fetchall()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=ROWS, at_once=st.integers(1, 9))
def test_they_are_those_of_the_plain_statement(rows: list[tuple[int | None, str | None]], at_once: int) -> None:
    before = recurring.IDS_AT_ONCE
    recurring.IDS_AT_ONCE = at_once
    try:
        with duckdb.connect() as con:
            ids = found(con, rows)
            plain = con.sql(statement("cubes/base", "recurring_ids"), params=BOUNDS).order("request_id").fetchall()
    finally:
        recurring.IDS_AT_ONCE = before
    assert ids == plain


def test_two_ids_that_share_a_number_are_two_and_nothing_is_left_behind() -> None:
    with duckdb.connect() as con:
        con.execute("create macro hash(id) as length(id)::ubigint")
        assert found(con, [(10, "one"), (11, "two"), (12, "three"), (13, "three"), (14, "seven")]) == [("three",)]
        assert {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()} == {
            "requests",
            "recurring_ids",
        }
