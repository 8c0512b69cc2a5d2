"""What Snowflake is asked means what DuckDB's own statements do; its address, names and values, what it refuses."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.warehouses.session import WarehouseSession
from finops_report.warehouse.engines.warehouses.snowflake import (
    WORDS,
    door_of,
    real_name,
    session_parameters,
    shown_name,
    snowflake_address,
    tables_of,
)
from tests.conftest import Run
from tests.finops_report.warehouse.engines.postgresql.test_readings import every_value
from tests.finops_report.warehouse.engines.test_servers import asked, cubes_of
from tests.finops_report.warehouse.engines.warehouses.meaning import NO_WAIT, Meaning, Reading, compared, in_order
from tests.finops_report.warehouse.hostile import hostile

WRITTEN = "snowflake://org-acc/llm/main"
PASSWORD = "corr3ct-horse"
ENVIRONMENT = {"SNOWFLAKE_USER": "ann", "SNOWFLAKE_PASSWORD": PASSWORD}
TYPES = {
    "TIMESTAMP": "TIMESTAMP_NTZ", "VARCHAR": "TEXT", "DOUBLE": "FLOAT", "FLOAT": "FLOAT", "BIGINT": "INTEGER",
    "INTEGER": "INTEGER", "SMALLINT": "INTEGER", "TINYINT": "INTEGER", "HUGEINT": "INTEGER", "DECIMAL": "NUMBER",
    "BOOLEAN": "BOOLEAN", "DATE": "DATE", "JSON": "TEXT",
}  # fmt: skip
ALIKE = tuple(kind for kind in TYPES if kind not in ("JSON", "FLOAT"))
BEYOND = ("infinity", "BC", "294247", "1677", "1000-", "5000000")  # of its times
UNQUOTED = frozenset({"SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS", "recursive"})  # what sqlglot and the test add
Known = Callable[[Path], None]


def put_right(tree: exp.Expr) -> exp.Expr:
    """Have elements and values by key their names in DuckDB; all names are quoted, so that none means another."""
    assert {name.name for name in tree.find_all(exp.Identifier) if not name.quoted} <= UNQUOTED
    for cast in list(tree.find_all(exp.Cast)):
        if cast.to.is_type(exp.DataType.Type.VARIANT):
            cast.replace(cast.this)
        elif isinstance(cast.this, exp.GetExtract):
            cast.set("this", exp.func("value_of_key", cast.this.this.copy(), cast.this.expression.copy()))
    for flat in list(tree.find_all(exp.Lateral)):
        array = flat.this.this.expression.sql(dialect="duckdb")
        rows = sqlglot.parse_one(f'select unnest({array}) as "VALUE"', read="duckdb")
        flat.replace(exp.Lateral(this=exp.Subquery(this=rows), alias=exp.TableAlias(this=flat.args["alias"].this)))
    for length in list(tree.find_all(exp.ByteLength)):
        length.replace(exp.func("strlen", length.this.copy()))
    return tree


def listed(table: str, column: str, kind: str) -> tuple[str, ...]:
    """Return a column as Snowflake lists it: what was not quoted is in upper case."""
    return "LLM", "MAIN", table.upper(), column.upper(), kind


SNOWFLAKE = Reading("snowflake", TYPES, in_order("snowflake"), put_right, exemptions=["JSON"], listed=listed)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Known:
    """Have the driver reach the tables of a DuckDB file."""

    def of(path: Path) -> None:
        connector = SimpleNamespace(connect=lambda **_: Meaning(path, SNOWFLAKE), Error=duckdb.Error)
        monkeypatch.setitem(sys.modules, "snowflake", SimpleNamespace(connector=connector))
        monkeypatch.setitem(sys.modules, "snowflake.connector", connector)
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)

    return of


def test_every_cube_means_that_of_duckdb(tmp_path: Path, known: Known) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 17)
    known(path)
    wanted, found = cubes_of(asked(path, "Europe/Berlin")), cubes_of(asked(DatabaseAddress(WRITTEN), "Europe/Berlin"))
    for name, rows in wanted.items():
        assert found[name] == rows, name
    assert all(wanted[name][1] for name in wanted)


def test_a_value_of_any_type_is_read_as_in_duckdb(tmp_path: Path) -> None:
    path, address = tmp_path / "t.duckdb", snowflake_address(WRITTEN, ENVIRONMENT)
    door = door_of(address, lambda: Meaning(path, SNOWFLAKE), (duckdb.Error,))
    tables = partial(tables_of, address)
    different = compared(path, filter(can_be_held, every_value()), WORDS, door, tables, ALIKE)
    assert different == [], "\n".join(different)


def can_be_held(value: str) -> bool:
    return not any(sign in value for sign in BEYOND)


def test_an_address_names_account_database_schema_and_table() -> None:
    found = snowflake_address(f"{WRITTEN}?table=calls&warehouse=xs&role=reader", ENVIRONMENT)
    assert (found.account, found.database, found.schema, found.table) == ("org-acc", "llm", "main", "calls")
    assert (found.user, found.by, found.secret, found.warehouse, found.role) == (
        "ann", "password", PASSWORD, "xs", "reader",
    )  # fmt: skip
    assert PASSWORD not in f"{found!r} {found.shown}"
    within = snowflake_address(f"snowflake://bob:{PASSWORD}@org-acc/llm/main", {"SNOWFLAKE_TOKEN": "t0ken"})
    assert (within.user, within.by, within.secret, within.shown) == ("bob", "password", PASSWORD, WRITTEN)


@pytest.mark.parametrize(
    ("name", "by"), [("SNOWFLAKE_TOKEN", "token"), ("SNOWFLAKE_PRIVATE_KEY_FILE", "private_key_file")]
)
def test_a_token_or_a_key_does_in_place_of_a_password(name: str, by: str) -> None:
    found = snowflake_address(WRITTEN, {"SNOWFLAKE_USER": "ann", name: "secret-1"})
    assert (found.by, found.secret) == (by, "secret-1")


@pytest.mark.parametrize(
    "written",
    [
        "snowflake://acc", "snowflake://acc/llm", "snowflake:///llm/main", "snowflake://acc/llm/main/calls",
        f"{WRITTEN}?{PASSWORD}=1", f"snowflake://ann:{PASSWORD}", f"snowflake://acc/llm/{PASSWORD}@", WRITTEN,
        f"snowflake://acc:{PASSWORD}/llm/main", f"snowflake://[{PASSWORD}/llm/main",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_without_any_of_it(written: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        snowflake_address(written, {})
    assert PASSWORD not in refused.value.message + str(refused.value.hint)


def test_without_its_driver_there_is_one_error_after_the_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "snowflake.connector", None)
    for command in ("build", "doctor"):
        result = run(command, "--db", WRITTEN.replace("org", f"ann:{PASSWORD}@org"))
        assert result.exit_code == 1
        note, *_, error, hint = result.stderr.strip().splitlines()
        assert note.startswith("note: snowflake://: its SQL was generated for it, and no Snowflake has run it")
        assert error == "error: Snowflake's driver is not installed"
        assert hint == "hint: pip install 'finops-report[snowflake]'"
        assert PASSWORD not in result.output


def test_names_are_those_that_are_meant_unquoted() -> None:
    for real, shown in (("CALLS", "calls"), ("Calls", "Calls"), ("calls", '"calls"'), ("C_1", "c_1")):
        assert (shown_name(real), real_name(shown)) == (shown, real)


def test_a_schema_that_is_written_so_is_preferred_to_one_in_upper_case() -> None:
    rows = [("LLM", schema, f"T_{schema}", "ID", "TEXT") for schema in ("MAIN", "main")]
    for written, found in (("main", "main"), ("MAIN", "MAIN"), ("Main", "MAIN")):
        address = snowflake_address(f"snowflake://acc/llm/{written}", ENVIRONMENT)
        (one,) = tables_of(address, lambda _: rows)
        assert WORDS.table(one) == f'"LLM"."{found}"."T_{found}"'


def test_texts_are_quoted_as_it_has_them() -> None:
    assert WORDS.literal("o'b\\") == r"'o''b\\'"
    assert WORDS.identifier('a"b\\') == '"a""b\\"'


def test_the_session_is_told_what_accounts_may_have_otherwise() -> None:
    said = session_parameters(90.5)
    assert (said["TIMEZONE"], said["QUOTED_IDENTIFIERS_IGNORE_CASE"]) == ("UTC", False)
    assert said["STATEMENT_TIMEOUT_IN_SECONDS"] == 90


def test_no_other_statement_is_asked_after_one_that_could_not_be_stopped() -> None:
    late = threading.Event()
    cursor = SimpleNamespace(execute=lambda *_: late.wait(60), fetchmany=lambda _: [], close=str, cancel=late.set)
    connection = SimpleNamespace(cursor=lambda: cursor, close=str)
    door = door_of(snowflake_address(WRITTEN, ENVIRONMENT), lambda: connection, (duckdb.Error,))
    session = WarehouseSession(WORDS, door, 0.05, NO_WAIT)
    with pytest.raises(DatabaseError, match="could not be read within"):
        list(session.rows("select 1"))


def test_doctor_says_what_no_snowflake_has_run(tmp_path: Path, known: Known, run: Run) -> None:
    known(hostile(tmp_path / "t.duckdb", 50, 3))
    result = run("doctor", "--db", f"{WRITTEN}?table=TELEMETRY")
    assert result.exit_code == 0, result.output
    assert "summed there by Snowflake: its SQL was generated for it, and no Snowflake has run it" in result.stdout
