"""The address of a Databricks leads where it says; what goes wrong is one error, without the token."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines import engine_for
from finops_report.warehouse.engines.spark.filling import WORDS
from finops_report.warehouse.engines.warehouses.databricks import databricks_address, door_of
from finops_report.warehouse.engines.warehouses.session import WarehouseSession
from finops_report.warehouse.waiting import Waiting
from tests.conftest import Run

TOKEN = "dapi-s3cret-t0ken"
KNOWN = {"DATABRICKS_TOKEN": TOKEN, "DATABRICKS_HTTP_PATH": "/sql/1.0/warehouses/a"}
NO_WAIT = Waiting(0, lambda: 0.0, lambda _: None)
WRITTEN = "databricks://dbc.cloud.databricks.com/main.llm"


class RefusedError(Exception):
    """What this driver raises."""


class Cursor:
    """A cursor of PEP 249 over what it is to answer: rows by what a statement begins with; else it refuses."""

    def __init__(self, answers: dict[str, list[tuple[Any, ...]]]) -> None:
        self._answers, self._left = answers, list[tuple[Any, ...]]()

    def execute(self, text: str, parameters: dict[str, object]) -> None:
        found = [rows for begin, rows in self._answers.items() if text.startswith(begin)]
        if not found:
            raise RefusedError(f"no such thing\n as {text} for {TOKEN}")
        assert all(f":{name}" in text for name in parameters)
        self._left = list(found[0])

    def fetchmany(self, size: int) -> Sequence[tuple[Any, ...]]:
        some, self._left = self._left[:size], self._left[size:]
        return some

    def close(self) -> None: ...

    def cancel(self) -> None: ...


def session(**answers: list[tuple[Any, ...]]) -> WarehouseSession:
    by_begin = {name.replace("_", " "): rows for name, rows in answers.items()}
    connection = SimpleNamespace(cursor=lambda: Cursor(by_begin), close=lambda: None)
    address = databricks_address(WRITTEN, KNOWN)
    return WarehouseSession(WORDS, door_of(address, lambda: connection, RefusedError), 60, NO_WAIT)


def test_an_address_names_schema_table_and_path() -> None:
    found = databricks_address(f"{WRITTEN}?http_path=/sql/b&table=calls", KNOWN)
    assert (found.host, found.http_path, found.schema, found.table) == (
        "dbc.cloud.databricks.com", "/sql/b", "main.llm", "calls",
    )  # fmt: skip
    assert found.shown == WRITTEN
    assert TOKEN not in repr(found)
    assert (
        databricks_address(WRITTEN.replace("//", f"//token:{TOKEN}@"), {**KNOWN, "DATABRICKS_TOKEN": ""}).token == TOKEN
    )


@pytest.mark.parametrize(
    ("written", "environment"),
    [
        (WRITTEN, {}),
        (WRITTEN, {"DATABRICKS_TOKEN": TOKEN}),
        ("databricks://host", KNOWN),
        (f"databricks://host/a@{TOKEN}", KNOWN),
        (f"{WRITTEN}?tokn={TOKEN}", KNOWN),
    ],
)
def test_what_cannot_be_read_is_refused_without_any_of_it(written: str, environment: dict[str, str]) -> None:
    with pytest.raises(DatabaseError) as refused:
        databricks_address(written, environment)
    assert TOKEN not in refused.value.message + str(refused.value.hint)


def test_without_its_driver_there_is_one_error_after_the_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "databricks", None)
    for name, value in KNOWN.items():
        monkeypatch.setenv(name, value)
    for command in ("build", "doctor"):
        result = run(command, "--db", WRITTEN)
        assert result.exit_code == 1
        note, *_, error, hint = result.stderr.strip().splitlines()
        assert note == (
            "note: databricks://: its SQL is that of Spark, which our tests run on a Spark; no Databricks has run it"
        )
        assert error == "error: Databricks' driver is not installed"
        assert hint == "hint: pip install 'finops-report[databricks]'"
        assert TOKEN not in result.output


def test_tables_are_found_and_what_stands_after_their_columns_is_none() -> None:
    columns = [("timestamp", "timestamp", None), ("Provider", "string", None), ("", "", ""), ("# Clustering", "", "")]
    opened = session(show_tables=[("llm", "calls", False), ("", "temporary", True)], describe_table=columns)
    with pytest.raises(DatabaseError, match="Columns are missing from table calls: request_id, strategy, model"):
        opened.found(None)
    assert "no Databricks has run it" in opened.about


def test_what_the_driver_says_is_one_error_without_the_token() -> None:
    with pytest.raises(DatabaseError) as refused:
        list(session().rows("select 1"))
    assert refused.value.message == f"{WRITTEN} cannot be read: no such thing as select 1 for ***"


def test_an_engine_reads_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in KNOWN.items():
        monkeypatch.setenv(name, value)
    assert engine_for(DatabaseAddress(WRITTEN), NO_WAIT).reach.files == ()
