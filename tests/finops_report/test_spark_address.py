"""The address of a Spark leads where it says, and shows nothing of a token."""

from __future__ import annotations

import pytest

from finops_report.database_address import DatabaseAddress
from finops_report.errors import ConfigError, DatabaseError
from finops_report.spark_address import spark_address
from finops_report.warehouse.engines import engine_for
from finops_report.warehouse.waiting import Waiting
from tests.conftest import Run

TOKEN = "t0p-s3cret-t0ken"


@pytest.mark.parametrize(
    ("written", "connection", "schema", "table"),
    [
        ("sc://spark", "sc://spark:15002/", None, None),
        ("sc://spark:15003/", "sc://spark:15003/", None, None),
        ("sc://spark/llm", "sc://spark:15002/", "llm", None),
        ("sc://spark/lake.llm?table=calls", "sc://spark:15002/", "lake.llm", "calls"),
        ("sc://spark/;use_ssl=true;user_id=ann", "sc://spark:15002/;use_ssl=true;user_id=ann", None, None),
        ("SC://[::1]:15002/llm;use_ssl=true?table=a%2Fb", "sc://[::1]:15002/;use_ssl=true", "llm", "a/b"),
    ],
)
def test_an_address_names_schema_and_table(
    written: str, connection: str, schema: str | None, table: str | None
) -> None:
    found = spark_address(written, {})
    assert (found.connection, found.schema, found.table) == (connection, schema, table)
    assert found.token is None


@pytest.mark.parametrize("written", [f"sc://spark/llm;token={TOKEN}", f"sc://spark/llm?table=t&token={TOKEN}"])
def test_a_token_is_shown_by_nothing(written: str) -> None:
    found = spark_address(written, {})
    assert found.token == TOKEN
    assert f";token={TOKEN}" in found.connection
    for shown in (found.shown, repr(found), str(DatabaseAddress(written)), repr(DatabaseAddress(written))):
        assert TOKEN not in shown
    assert found.shown == "sc://spark:15002/llm"


def test_a_token_may_be_in_the_environment() -> None:
    assert spark_address("sc://spark", {"SPARK_CONNECT_AUTHENTICATE_TOKEN": TOKEN}).connection.endswith(
        f"token={TOKEN}"
    )


@pytest.mark.parametrize(
    "written",
    [
        "sc://", "sc:///llm", "sc://spark:port", f"sc://ann:{TOKEN}@spark/llm", f"sc://spark/a/{TOKEN}",
        f"sc://spark/llm;{TOKEN}", "sc://spark/;session_id=00112233",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_without_any_of_it(written: str) -> None:
    with pytest.raises(ConfigError) as refused:
        spark_address(written, {})
    assert TOKEN not in refused.value.message + str(refused.value.hint)
    with pytest.raises(DatabaseError):
        engine_for(DatabaseAddress(written), Waiting(0, lambda: 0.0, lambda _: None))


def test_without_its_client_there_is_one_error_and_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "grpc", None)
    for command in ("build", "doctor"):
        result = run(command, "--db", f"sc://spark/llm;token={TOKEN}")
        assert result.exit_code == 1
        error, hint = result.stderr.strip().splitlines()[-2:]
        assert error == "error: Spark's client is not installed"
        assert hint == "hint: pip install 'finops-report[spark]'"
        assert TOKEN not in result.output
