"""Every figure that a server sums is DuckDB's, to the last digit, and of the same type."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.database_address import DatabaseAddress, SourcePlace
from finops_report.warehouse import (
    Budget,
    CallsRequest,
    NotUrgent,
    Policy,
    PolicyExemption,
    ReadRequest,
    Waiting,
    open_cubes,
    recorded_calls,
)
from tests.clickhouse.filling import copied as copied_to_clickhouse
from tests.conftest import Run
from tests.extended import EXTENDED
from tests.finops_report.warehouse.hostile import NOW_US, hostile
from tests.finops_report.warehouse.servers import copied as copied_to_postgresql
from tests.spark.filling import SPARK
from tests.spark.filling import copied as copied_to_spark

NO_WAIT = Waiting(5, lambda: 0.0, lambda _: None)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")
Copied = Callable[[Path], DatabaseAddress]
SERVERS = [
    pytest.param(copied_to_postgresql, id="postgresql"),
    pytest.param(
        copied_to_clickhouse, id="clickhouse", marks=EXTENDED
    ),  # two shards of it are in clickhouse/test_cluster
    pytest.param(copied_to_spark, id="spark", marks=SPARK),
]
BUDGETS = (
    Budget(budget="whole", amount=Decimal(1), period="month"),
    Budget(budget="user", amount=Decimal(1), period="month", end_user="a"),
    Budget(budget="tag", amount=Decimal(1), period="week", tag_key="k", tag_value="a"),
    Budget(budget="odd tag", amount=Decimal(1), period="week", tag_key="a/b~c", tag_value="a"),
    Budget(budget="quoted", amount=Decimal(1), period="week", tag_key="é.'\"", tag_value="a", end_user="b"),
    Budget(budget="number", amount=Decimal(1), period="week", tag_key="k", tag_value="1"),
)
POLICIES = (
    Policy(guardrail="g1", teams=("a", "b"), providers=("a",), max_output_tokens=100),
    Policy(guardrail="g2", models=("a*", "[b-c]", "[!x]?", "o'b*")),
    Policy(
        guardrail="g3",
        regions=("eu",),
        max_input_tokens=1000,
        exemptions=(PolicyExemption(team="a", until=date(2026, 10, 10)),),
    ),
)


def asked(db: SourcePlace, zone: str, ask: PeriodAsk | None = None) -> ReadRequest:
    return ReadRequest(
        db,
        "telemetry",
        replace(ask or PeriodAsk(), timezone=zone),
        NOW_US,
        NO_WAIT,
        budgets=BUDGETS,
        not_urgent=NotUrgent(tags=(("k", "a"), ("a/b~c", "a"))),
        policies=POLICIES,
    )


def cubes_of(request: ReadRequest) -> dict[str, tuple[list[str], list[str]]]:
    """Return the types and the rows of every cube, in one order."""
    with open_cubes(request) as opened:
        names = opened.con.execute("select table_name from duckdb_tables() where schema_name = 'cubes'").fetchall()
        found: dict[str, tuple[list[str], list[str]]] = {}
        for (name,) in names:
            table = opened.con.table(f"cubes.{name}")
            rows: list[tuple[Any, ...]] = table.fetchall()
            found[name] = list(map(str, table.types)), sorted(map(repr, rows))
    return found


@pytest.mark.parametrize("copied", SERVERS)
@pytest.mark.parametrize("seed", range(40 if os.environ.get("FINOPS_SOAK") else 1))
def test_soak_every_cube_is_that_of_duckdb(tmp_path: Path, copied: Copied, seed: int) -> None:
    zone, ask = ZONES[seed % len(ZONES)], (PeriodAsk(), PeriodAsk(month="2026-10"))[seed % 2]
    path = hostile(tmp_path / "t.duckdb", 400, seed)
    wanted, found = cubes_of(asked(path, zone, ask)), cubes_of(asked(copied(path), zone, ask))
    assert set(found) == set(wanted)
    for name, (types, rows) in wanted.items():
        assert found[name][0] == types, name
        assert found[name][1] == rows, name
    assert all(wanted[name][1] for name in wanted), [name for name in wanted if not wanted[name][1]]


@pytest.mark.parametrize("copied", SERVERS)
def test_calls_are_those_of_a_file(tmp_path: Path, copied: Copied) -> None:
    path = hostile(tmp_path / "t.duckdb", 400, 5)
    wanted, found = (
        sorted(map(repr, recorded_calls(CallsRequest(db, "telemetry", 0, NOW_US, NOW_US, NO_WAIT))))
        for db in (path, copied(path))
    )
    assert found == wanted
    assert len(found) > 100


@pytest.mark.parametrize("copied", SERVERS)
@pytest.mark.parametrize("form", ["focus", "csv"])
def test_exports_of_every_request_are_those_of_a_file(run: Run, tmp_path: Path, copied: Copied, form: str) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 3)
    printed = [
        run("export", "--format", form, "--db", db, "--table", "telemetry", "--month", "2026-10")
        for db in (str(path), copied(path).written)
    ]
    assert [one.exit_code for one in printed] == [0, 0], printed[1].output
    assert sorted(printed[1].stdout.splitlines()) == sorted(printed[0].stdout.splitlines())
    assert len(printed[0].stdout.splitlines()) > 100
