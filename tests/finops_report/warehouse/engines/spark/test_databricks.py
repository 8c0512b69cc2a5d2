"""What a warehouse of Databricks is asked, a Spark answers: through a connection as its driver has them (PEP 249)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from finops_report.database_address import DatabaseAddress
from finops_report.warehouse.engines.spark.session import quiet
from tests.conftest import Run
from tests.finops_report.warehouse.engines.test_servers import asked, cubes_of
from tests.finops_report.warehouse.hostile import hostile
from tests.spark.filling import SPARK, copied
from tests.spark.servers import started_spark

SETTINGS = {"ANSI_MODE": "spark.sql.ansi.enabled", "TIMEZONE": "spark.sql.session.timeZone"}
OWN = {"spark.sql.parser.escapedStringLiterals": "false"}  # as Databricks has it; our Spark has it the other way

pytestmark = SPARK


class Connection:
    """A connection to a Spark."""

    def __init__(self, *_: str, session_configuration: dict[str, str], **_more: object) -> None:
        from pyspark.sql.connect.session import SparkSession

        with quiet():
            self._spark = SparkSession.builder.remote(started_spark().address).create()
            for name, value in OWN.items():
                self._spark.conf.set(name, value)
        for name, setting in SETTINGS.items():
            self._spark.conf.set(setting, session_configuration[name])

    def cursor(self) -> SimpleNamespace:
        rows: list[tuple[Any, ...]] = []

        def execute(text: str, values: dict[str, Any]) -> None:
            rows[:] = map(tuple, self._spark.sql(text, args=values).collect())

        def fetchmany(size: int) -> list[tuple[Any, ...]]:
            some, rows[:] = rows[:size], rows[size:]
            return some

        return SimpleNamespace(execute=execute, fetchmany=fetchmany, close=rows.clear, cancel=self._spark.interruptAll)

    def close(self) -> None:
        self._spark.stop()


@pytest.fixture
def place_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], DatabaseAddress]:
    driver = SimpleNamespace(connect=Connection)
    monkeypatch.setitem(sys.modules, "databricks", SimpleNamespace(sql=driver))
    monkeypatch.setitem(sys.modules, "databricks.sql", driver)
    monkeypatch.setitem(sys.modules, "databricks.sql.exc", SimpleNamespace(Error=OSError))
    monkeypatch.setenv("DATABRICKS_TOKEN", "t0p-s3cret")
    monkeypatch.setenv("DATABRICKS_HTTP_PATH", "/sql/1.0/warehouses/a")

    def copied_to(path: Path) -> DatabaseAddress:
        schema = copied(path).written.rpartition("/")[2]
        return DatabaseAddress(f"databricks://host/spark_catalog.{schema}")

    return copied_to


def test_every_cube_is_that_of_duckdb(tmp_path: Path, place_of: Callable[[Path], DatabaseAddress]) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 7)
    wanted, found = cubes_of(asked(path, "Europe/Berlin")), cubes_of(asked(place_of(path), "Europe/Berlin"))
    for name, rows in wanted.items():
        assert found[name] == rows, name


def test_rows_that_are_brought_are_those_of_a_file(
    tmp_path: Path, run: Run, place_of: Callable[[Path], DatabaseAddress]
) -> None:
    path = hostile(tmp_path / "t.duckdb", 50, 3)
    printed = [
        run("export", "--format", "csv", "--db", db, "--table", "telemetry", "--month", "2026-10")
        for db in (str(path), place_of(path).written)
    ]
    assert [one.exit_code for one in printed] == [0, 0], printed[1].output
    assert sorted(printed[1].stdout.splitlines()) == sorted(printed[0].stdout.splitlines())
