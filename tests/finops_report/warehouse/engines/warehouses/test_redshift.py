"""What a Redshift is asked means what DuckDB's own statements do; its address and values, what it refuses."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.engines.warehouses.redshift import (
    LONGEST_BYTES,
    WORDS,
    bound,
    connected,
    door_of,
    model_matches,
    redshift_address,
    tables_of,
)
from tests.conftest import Run
from tests.finops_report.warehouse.engines.postgresql.test_readings import every_value
from tests.finops_report.warehouse.engines.test_servers import asked, cubes_of
from tests.finops_report.warehouse.engines.warehouses.meaning import Meaning, Reading, compared
from tests.finops_report.warehouse.hostile import hostile
from tests.sql.dialects.generating import SQL

WRITTEN = "redshift://cluster.internal/llm"
PASSWORD = "corr3ct-horse"
ENVIRONMENT = {"REDSHIFT_USER": "ann", "REDSHIFT_PASSWORD": PASSWORD}
TYPES = {
    "TIMESTAMP": "timestamp without time zone", "VARCHAR": "character varying", "DOUBLE": "double precision",
    "FLOAT": "real", "BIGINT": "bigint", "INTEGER": "integer", "SMALLINT": "smallint", "DECIMAL": "numeric",
    "BOOLEAN": "boolean", "DATE": "date", "JSON": "character varying",
}  # fmt: skip
ALIKE = tuple(kind for kind in TYPES if kind not in ("JSON", "FLOAT"))
BEYOND = ("infinity", "BC", "294247", "1677", "1000-", "5000000")  # of its times
Known = Callable[[Path], None]


def put_right(tree: exp.Expr) -> exp.Expr:
    """Have what is in a group of a pattern, values by key and lists their names in DuckDB; patterns are literals."""
    refused = [*patterns_that_are_no_literals(tree), *windows_without_a_frame(tree)]
    assert not refused, refused
    for found in list(tree.find_all(exp.RegexpExtract)):
        if found.args.get("parameters") is not None:
            given = [found.this.copy(), found.expression.copy(), exp.Literal.number(1)]
            found.replace(exp.Anonymous(this="regexp_extract", expressions=given))
    for by_key in list(tree.find_all(exp.JSONExtractScalar)):
        by_key.replace(exp.func("value_of_key", by_key.this.copy(), by_key.expression.copy()))
    for place in list(tree.find_all(exp.RegexpInstr)):
        matches = exp.Anonymous(this="regexp_matches", expressions=[place.this.copy(), place.expression.copy()])
        place.replace(exp.cast(matches, "int"))
    for called in tree.find_all(exp.Anonymous):
        if called.name.lower() == "octet_length":
            called.set("this", "strlen")
    for replaced in tree.find_all(exp.RegexpReplace):
        replaced.set("single_replace", False)  # all are, there: sqlglot takes it for PostgreSQL's
    return tree


def patterns_that_are_no_literals(tree: exp.Expr) -> list[str]:
    """Return what Redshift would refuse of regular expressions."""
    kinds = (exp.RegexpLike, exp.RegexpInstr, exp.RegexpExtract, exp.RegexpReplace)
    return [one.sql() for one in tree.find_all(*kinds) if not isinstance(one.expression, exp.Literal)]


def windows_without_a_frame(tree: exp.Expr) -> list[str]:
    """Return what Redshift would refuse of windows: all that are ordered have a frame, but those of LEAD and LAG."""
    ordered = [one for one in tree.find_all(exp.Window) if one.args.get("order")]
    return [
        one.sql() for one in ordered if not isinstance(one.this, exp.Lead | exp.Lag) and one.args.get("spec") is None
    ]


def with_values(text: str, values: Mapping[str, Any]) -> str:
    """Return a statement with its values in it."""
    return re.sub(r":(\w+)\b", lambda match: WORDS.literal(values[match[1]]) if match[1] in values else match[0], text)


REDSHIFT = Reading("redshift", TYPES, with_values, put_right)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Known:
    """Have the driver reach the tables of a DuckDB file."""

    def of(path: Path) -> None:
        driver = SimpleNamespace(connect=lambda **_: Meaning(path, REDSHIFT), Error=duckdb.Error)
        monkeypatch.setitem(sys.modules, "redshift_connector", driver)
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)

    return of


def test_every_cube_means_that_of_duckdb(tmp_path: Path, known: Known) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 23)
    known(path)
    wanted, found = cubes_of(asked(path, "Europe/Berlin")), cubes_of(asked(DatabaseAddress(WRITTEN), "Europe/Berlin"))
    for name, rows in wanted.items():
        assert found[name] == rows, name
    assert all(wanted[name][1] for name in wanted)


def test_a_value_of_any_type_is_read_as_in_duckdb(tmp_path: Path) -> None:
    path, address = tmp_path / "t.duckdb", redshift_address(WRITTEN, ENVIRONMENT)
    door = door_of(address, lambda: Meaning(path, REDSHIFT), (duckdb.Error,))
    tables = partial(tables_of, address)
    different = compared(path, filter(can_be_held, every_value()), WORDS, door, tables, ALIKE)
    assert different == [], "\n".join(different)


def can_be_held(value: str) -> bool:
    return not any(sign in value for sign in BEYOND)


def test_what_is_missing_does_not_take_the_whole_text_with_it() -> None:
    joined = [
        (text.this, text.expression)
        for file in sorted((SQL / "dialects/redshift/generated").rglob("*.sql"))
        for text in sqlglot.parse_one(file.read_text(encoding="utf-8"), read="redshift").find_all(exp.DPipe)
    ]
    assert joined
    assert not [one.sql() for both in joined for one in both if isinstance(one, exp.Column)]


def test_no_type_is_named_that_only_sqlglot_knows() -> None:
    files = sorted((SQL / "dialects/redshift").rglob("*.sql"))
    wrong = re.compile(r"\bas (double(?! precision)|string|variant|int64)\b", re.IGNORECASE)
    assert [file.name for file in files if wrong.search(file.read_text(encoding="utf-8"))] == []


def test_an_address_names_host_database_schema_and_table() -> None:
    found = redshift_address(f"redshift://bob:{PASSWORD}@h.internal:5440/llm?schema=lake&table=calls", {})
    assert (found.host, found.port, found.database, found.schema, found.table) == (
        "h.internal", 5440, "llm", "lake", "calls",
    )  # fmt: skip
    assert (found.user, found.password) == ("bob", PASSWORD)
    assert PASSWORD not in f"{found!r} {found.shown}"
    usual = redshift_address(WRITTEN, ENVIRONMENT)
    assert (usual.port, usual.user, usual.password, usual.schema) == (5439, "ann", PASSWORD, "public")


@pytest.mark.parametrize(
    "written",
    [
        "redshift://h", "redshift:///llm", "redshift://h/llm/calls", f"{WRITTEN}?{PASSWORD}=1", WRITTEN,
        f"redshift://h/{PASSWORD}@", f"redshift://ann:{PASSWORD}", f"redshift://h:{PASSWORD}/llm",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_without_any_of_it(written: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        redshift_address(written, {})
    assert PASSWORD not in refused.value.message + str(refused.value.hint)


def test_without_its_driver_there_is_one_error_after_the_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redshift_connector", None)
    for command in ("build", "doctor"):
        result = run(command, "--db", WRITTEN.replace("cluster", f"ann:{PASSWORD}@cluster"))
        assert result.exit_code == 1
        note, *_, error, hint = result.stderr.strip().splitlines()
        assert note.startswith("note: redshift://: its SQL was generated for it, and no Redshift has run it")
        assert error == "error: Redshift's driver is not installed"
        assert hint == "hint: pip install 'finops-report[redshift]'"
        assert PASSWORD not in result.output


def test_whole_numbers_stand_in_the_text_and_all_else_is_bound_by_name() -> None:
    assert bound("select :b, :a, :b, 'x:y'", {"a": 1, "b": "2", "c": "3"}) == ("select :b, 1, :b, 'x:y'", {"b": "2"})
    assert bound("select 'x:y'", {}) == ("select 'x:y'", {})


def test_a_text_that_is_too_long_for_it_is_refused() -> None:
    assert bound("select :a", {"a": "ä" * (LONGEST_BYTES // 2)})
    with pytest.raises(DatabaseError, match="65,535 bytes"):
        bound("select :a", {"a": "ä" * (LONGEST_BYTES // 2 + 1)})


def test_types_are_known_by_their_other_names() -> None:
    kinds = {
        "varchar(256)": "text",
        "double": "number",
        "decimal(18,4)": "number",
        "TIMESTAMP": "moment",
        "super": "json",
    }
    rows = [("t", kind, kind) for kind in kinds]
    (found,) = tables_of(redshift_address(WRITTEN, ENVIRONMENT), lambda _: rows)
    assert {name: column.family for name, column in found.columns.items()} == {
        kind.lower(): family for kind, family in kinds.items()
    }


def test_patterns_of_models_are_literals_by_guardrail() -> None:
    policies = [{"guardrail": "o'b", "models": [r"^(?:a\.b)$", "^(?:c.*)$"]}, {"guardrail": "none", "models": None}]
    text = model_matches(json.dumps(policies))
    assert r"""when 'o''b' then regexp_instr("requests"."model", '^(?:a\\.b)$|^(?:c.*)$', 1, 1, 0, 'p') > 0""" in text
    assert """when 'none' then regexp_instr("requests"."model", '^a^', 1, 1, 0, 'p') > 0""" in text


def test_a_connection_is_encrypted_in_utc_and_ends_in_time() -> None:
    said: list[str] = []
    taken: dict[str, object] = {}
    connection = SimpleNamespace(cursor=lambda: SimpleNamespace(execute=said.append, close=str))

    def connect(**given: object) -> object:
        taken.update(given)
        return connection

    driver = SimpleNamespace(connect=connect, paramstyle="format")
    assert connected(driver, redshift_address(WRITTEN, ENVIRONMENT), 90.5) is connection
    assert driver.paramstyle == "named"
    assert (taken["ssl"], taken["sslmode"], taken["timeout"]) == (True, "verify-ca", 90)
    assert said == ["set timezone to 'UTC'", "set statement_timeout to 90500", "set query_group to 'finops-report'"]


def test_doctor_says_what_no_redshift_has_run(tmp_path: Path, known: Known, run: Run) -> None:
    known(hostile(tmp_path / "t.duckdb", 50, 3))
    result = run("doctor", "--db", f"{WRITTEN}?table=telemetry")
    assert result.exit_code == 0, result.output
    assert "summed there by Redshift: its SQL was generated for it, and no Redshift has run it" in result.stdout
