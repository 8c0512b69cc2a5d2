"""What BigQuery is asked means what DuckDB's own statements do; its address, its values and what it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from sqlglot import exp

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.warehouses.bigquery import WORDS, bigquery_address, bound, door_of, tables_of
from tests.conftest import Run
from tests.finops_report.warehouse.engines.postgresql.test_readings import every_value
from tests.finops_report.warehouse.engines.test_servers import asked, cubes_of
from tests.finops_report.warehouse.engines.warehouses.meaning import Meaning, Reading, by_name, compared
from tests.finops_report.warehouse.hostile import hostile

WRITTEN = "bigquery://project-1/llm"
TYPES = {
    "TIMESTAMP": "DATETIME", "VARCHAR": "STRING", "DOUBLE": "FLOAT64", "FLOAT": "FLOAT64", "BIGINT": "INT64",
    "INTEGER": "INT64", "SMALLINT": "INT64", "TINYINT": "INT64", "DECIMAL": "BIGNUMERIC(28, 12)", "BOOLEAN": "BOOL",
    "DATE": "DATE", "JSON": "STRING",
}  # fmt: skip
ALIKE = tuple(kind for kind in TYPES if kind != "JSON")
BEYOND = ("infinity", "BC", "294247", "1677", "1000-", "5000000")  # of its times
Known = Callable[[Path], None]


def put_right(tree: exp.Expr) -> exp.Expr:
    """Have exact numbers the digits that DuckDB needs of factors, and others their names: what is by key, bytes."""
    for cast in tree.find_all(exp.Cast):
        if cast.to.is_type(exp.DataType.Type.BIGDECIMAL):
            cast.set("to", exp.DataType.build(f"DECIMAL({_digits(cast.this)})"))
    for value in list(tree.find_all(exp.JSONValue)):
        if isinstance(value.this, exp.Bracket):
            (key,) = value.this.expressions
            value.replace(exp.func("value_of_key", value.this.this.copy(), key.copy()))
    for length in list(tree.find_all(exp.ByteLength)):
        length.replace(exp.func("strlen", length.this.copy()))
    return tree


def _digits(value: exp.Expr) -> str:
    if isinstance(value, exp.Literal):
        whole, _, places = value.name.partition(".")
        return f"{len(places) + len(whole.lstrip('0'))}, {len(places)}"
    return "19, 0"


BIGQUERY = Reading("bigquery", TYPES, by_name("bigquery"), put_right, exemptions=["JSON"])


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Known:
    """Have the driver reach the tables of a DuckDB file."""

    def of(path: Path) -> None:
        def nothing(**_: object) -> None: ...

        dbapi = SimpleNamespace(connect=lambda **_: Meaning(path, BIGQUERY), Error=duckdb.Error)
        driver = SimpleNamespace(Client=nothing, QueryJobConfig=nothing, dbapi=dbapi)
        monkeypatch.setitem(sys.modules, "google.cloud.bigquery", driver)
        monkeypatch.setitem(sys.modules, "google.api_core", SimpleNamespace())
        monkeypatch.setitem(sys.modules, "google.api_core.exceptions", SimpleNamespace(GoogleAPIError=OSError))
        monkeypatch.setitem(sys.modules, "google.cloud", SimpleNamespace(bigquery=driver))

    return of


def test_every_cube_means_that_of_duckdb(tmp_path: Path, known: Known) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 13)
    known(path)
    wanted, found = cubes_of(asked(path, "Europe/Berlin")), cubes_of(asked(DatabaseAddress(WRITTEN), "Europe/Berlin"))
    for name, rows in wanted.items():
        assert found[name] == rows, name
    assert all(wanted[name][1] for name in wanted)


def test_a_value_of_any_type_is_read_as_in_duckdb(tmp_path: Path) -> None:
    path, address = tmp_path / "t.duckdb", bigquery_address(WRITTEN)
    door = door_of(address, lambda: Meaning(path, BIGQUERY), (duckdb.Error,))
    tables = partial(tables_of, address)
    different = compared(path, filter(can_be_held, every_value()), WORDS, door, tables, ALIKE)
    assert different == [], "\n".join(different)


def can_be_held(value: str) -> bool:
    return not any(sign in value for sign in BEYOND)


def test_an_address_names_project_dataset_and_table() -> None:
    found = bigquery_address(f"{WRITTEN}?table=calls&location=EU")
    assert (found.project, found.dataset, found.table, found.location) == ("project-1", "llm", "calls", "EU")
    assert found.shown == WRITTEN


@pytest.mark.parametrize(
    "written", ["bigquery://p", "bigquery:///llm", "bigquery://p/llm/calls", f"{WRITTEN}?key=1", "bigquery://a@p/llm"]
)
def test_what_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(DatabaseError, match="cannot be read"):
        bigquery_address(written)


def test_without_its_driver_there_is_one_error_after_the_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.api_core", None)
    for command in ("build", "doctor"):
        result = run(command, "--db", WRITTEN)
        assert result.exit_code == 1
        note, *_, error, hint = result.stderr.strip().splitlines()
        assert note.startswith("note: bigquery://: its SQL was generated for it, and no BigQuery has run it")
        assert error == "error: BigQuery's driver is not installed"
        assert hint == "hint: pip install 'finops-report[bigquery]'"


def test_values_are_bound_by_name() -> None:
    assert bound("select :a, ':b', '5 %'", {"a": 1, "c": 2}) == ("select %(a)s, ':b', '5 %%'", {"a": 1})
    assert bound("select '5 %'", {"a": 1}) == ("select '5 %'", None)


def test_names_and_texts_are_quoted_as_it_has_them() -> None:
    assert WORDS.identifier("a`b", "c") == r"`a\`b`.`c`"
    assert WORDS.literal("o'b\\") == r"'o\'b\\'"
