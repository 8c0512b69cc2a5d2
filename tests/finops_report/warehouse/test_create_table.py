"""Rows that are shown from where they are kept can be changed once they are held, and are as they were."""

from __future__ import annotations

import duckdb

from finops_report.warehouse.create_table import create_view, hold


def test_a_view_is_held_and_can_be_changed_while_its_source_stays_as_it_is() -> None:
    with duckdb.connect() as con:
        con.execute("create schema cubes; create table kept as select 'a' as name, 1 as requests")
        create_view(con, "cubes.latency", con.table("kept"))
        hold(con, "cubes.latency")
        con.execute("update cubes.latency set name = 'other names'")
        assert con.table("cubes.latency").fetchall() == [("other names", 1)]
        assert con.table("kept").fetchall() == [("a", 1)]


def test_a_table_is_left_as_it_is() -> None:
    with duckdb.connect() as con:
        con.execute("create schema cubes; create table cubes.spend as select 1 as requests")
        hold(con, "cubes.spend")
        assert con.table("cubes.spend").fetchall() == [(1,)]
