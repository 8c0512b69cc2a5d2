"""What a Trino is asked means what DuckDB's own statements do; its address, its values and what it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.warehouses.binding import bound_in_order
from finops_report.warehouse.engines.warehouses.trino import (
    WORDS,
    door_of,
    tables_of,
    trino_address,
    type_name,
)
from tests.conftest import Run
from tests.finops_report.warehouse.engines.postgresql.test_readings import every_value
from tests.finops_report.warehouse.engines.test_servers import asked, cubes_of
from tests.finops_report.warehouse.engines.warehouses.meaning import Meaning, Reading, compared, in_order
from tests.finops_report.warehouse.hostile import hostile

PASSWORD = "corr3ct-horse"
WRITTEN = "trino://ann@trino.internal/lake/main"
TYPES = {"TIMESTAMP": "timestamp(6)", "JSON": "varchar", "FLOAT": "real", "BLOB": "varbinary"}
TRINO = Reading("trino", TYPES, in_order("trino"))
ALIKE = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "VARCHAR", "BOOLEAN", "TIMESTAMP", "DATE", "UUID",
)  # fmt: skip
BEYOND = ("infinity", "BC", "294247", "1677", "1000-", "5000000")  # of its times
OTHERWISE = ("'nan'::double", "'inf'::double", "1e30::double")  # as text they are written as JSON has them
Known = Callable[[Path], None]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Known:
    """Have the driver reach the tables of a DuckDB file."""

    def of(path: Path) -> None:
        dbapi = SimpleNamespace(connect=lambda **_: Meaning(path, TRINO))
        auth, errors = SimpleNamespace(BasicAuthentication=None), SimpleNamespace(Error=duckdb.Error, HttpError=OSError)
        for name, module in {"": SimpleNamespace(), ".dbapi": dbapi, ".auth": auth, ".exceptions": errors}.items():
            monkeypatch.setitem(sys.modules, f"trino{name}", module)

    return of


def test_every_cube_means_that_of_duckdb(tmp_path: Path, known: Known) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 11)
    known(path)
    wanted, found = cubes_of(asked(path, "Europe/Berlin")), cubes_of(asked(DatabaseAddress(WRITTEN), "Europe/Berlin"))
    for name, rows in wanted.items():
        assert found[name] == rows, name
    assert all(wanted[name][1] for name in wanted)


def test_a_value_of_any_type_is_read_as_in_duckdb(tmp_path: Path) -> None:
    path, address = tmp_path / "t.duckdb", trino_address(WRITTEN, {})
    door = door_of(address, lambda: Meaning(path, TRINO), (duckdb.Error,))
    tables = partial(tables_of, address)
    different = compared(path, filter(can_be_held, every_value()), WORDS, door, tables, ALIKE)
    assert different == [], "\n".join(different)


def can_be_held(value: str) -> bool:
    return value not in OTHERWISE and not any(sign in value for sign in BEYOND)


def test_an_address_names_catalog_schema_and_table() -> None:
    found = trino_address(f"{WRITTEN}?table=calls", {"TRINO_PASSWORD": PASSWORD})
    assert (found.host, found.port, found.user, found.catalog, found.schema, found.table) == (
        "trino.internal", 443, "ann", "lake", "main", "calls",
    )  # fmt: skip
    assert found.password == PASSWORD
    assert PASSWORD not in f"{found!r} {found.shown}"
    assert trino_address("trino://h/a/b?http_scheme=http", {}).port == 8080


@pytest.mark.parametrize(
    "written",
    [
        "trino://h", "trino://h/lake", f"trino://ann:{PASSWORD}@h/a/b?http_scheme=http", f"trino://h/a/{PASSWORD}@",
        f"trino://h/a/b?{PASSWORD}=1", "trino://h:port/a/b",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_without_any_of_it(written: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        trino_address(written, {})
    assert PASSWORD not in refused.value.message + str(refused.value.hint)


def test_without_its_driver_there_is_one_error_after_the_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trino.auth", None)
    for command in ("build", "doctor"):
        result = run(command, "--db", WRITTEN.replace("ann", f"ann:{PASSWORD}"))
        assert result.exit_code == 1
        note, *_, error, hint = result.stderr.strip().splitlines()
        assert note.startswith("note: trino://: its SQL was generated for it, and no Trino has run it")
        assert error == "error: Trino's driver is not installed"
        assert hint == "hint: pip install 'finops-report[trino]'"
        assert PASSWORD not in result.output


def test_values_are_bound_in_their_order() -> None:
    assert bound_in_order("select :b, :a, ':c', 'x:y', :b", {"a": 1, "b": "2"}) == (
        "select ?, 1, ':c', 'x:y', ?", ["2", "2"],
    )  # fmt: skip
    assert bound_in_order("select 'x:y'", {}) == ("select 'x:y'", [])


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("timestamp(6) with time zone", "timestamp with time zone"),
        ("decimal(28,12)", "decimal"),
        ("row(a row(b varchar(3)), c array(integer))", "row"),
    ],
)
def test_the_name_of_a_type_is_without_what_is_within(kind: str, name: str) -> None:
    assert type_name(kind) == name


def test_doctor_says_what_no_trino_has_run(tmp_path: Path, known: Known, run: Run) -> None:
    known(hostile(tmp_path / "t.duckdb", 50, 3))
    result = run("doctor", "--db", f"{WRITTEN}?table=telemetry")
    assert result.exit_code == 0, result.output
    assert "summed there by Trino: its SQL was generated for it, and no Trino has run it" in result.stdout
