"""LiteLLM's table comes in straight from its PostgreSQL, with the figures of the same rows exported, and once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops_report.errors import ConfigError
from finops_report.ingest.remote import spend_logs
from tests.conftest import Run
from tests.finops_report.ingest.conftest import DB, Rows, as_lines, rows
from tests.finops_report.ingest.test_litellm import ALL, REAL, log
from tests.finops_router.gateway.postgresql_server import postgresql, postgresql_server

__all__ = ["postgresql", "postgresql_server", "rows"]  # fixtures
PASSWORD = "corr3ct-horse/battery@staple"
COLUMNS = {  # as in LiteLLM's own schema (litellm/proxy/schema.prisma)
    **dict.fromkeys(("request_id", "call_type", "api_key", "model", "model_group", "custom_llm_provider"), "text"),
    **dict.fromkeys(("cache_hit", "team_id", "end_user", "status"), "text"),
    **dict.fromkeys(("metadata", "request_tags", "messages"), "jsonb"),
    **dict.fromkeys(("total_tokens", "prompt_tokens", "completion_tokens", "request_duration_ms"), "integer"),
    **dict.fromkeys(("startTime", "endTime", "completionStartTime"), "timestamp(3)"),
    "spend": "double precision",
}
NEWER = ("request_duration_ms", "status", "model_group")  # which versions of before do not have
Fill = Callable[..., None]


def executed(address: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def table(names: Iterable[str], name: str = '"LiteLLM_SpendLogs"') -> str:
    columns = ", ".join(f'"{one}" {COLUMNS[one]}' for one in names)
    return f"create table {name} ({columns}, primary key (request_id))"


@pytest.fixture
def fill(postgresql: str) -> Fill:
    """Put rows into LiteLLM's table, which is made as the first come, with all of its columns or with `names`."""
    import psycopg

    def put(found: Iterable[Mapping[str, Any]], names: Iterable[str] = COLUMNS) -> None:
        known = list(names)
        with psycopg.connect(postgresql, autocommit=True) as connection:
            if connection.execute("select to_regclass('\"LiteLLM_SpendLogs\"')").fetchone() == (None,):
                connection.execute(table(known).encode())
            columns, places = ", ".join(f'"{name}"' for name in known), ", ".join(["%s"] * len(known))
            insert = f'insert into "LiteLLM_SpendLogs" ({columns}) values ({places})'.encode()
            with connection.cursor() as cursor:
                cursor.executemany(insert, [[_value(row.get(name)) for name in known] for row in found])

    return put


def _value(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)


def test_figures_are_those_of_the_same_rows_as_json(
    run: Run, tmp_path: Path, rows: Rows, postgresql: str, fill: Fill
) -> None:
    real = [json.loads(line) for line in REAL.read_text(encoding="utf-8").splitlines()]
    odd = [log(request_id=f"odd-{number}", spend=1 / (3 + number), model="gpt-4o") for number in range(50)]
    every = [*ALL, *real, *odd]
    fill(every)
    result = run("ingest", "--from", "litellm", postgresql)
    assert result.exit_code == 0, result.output
    read = rows()
    assert len(read) == len({row["request_id"] for row in every})
    (tmp_path / DB).unlink()
    run("ingest", as_lines(tmp_path / "logs.jsonl", every))
    assert _of_one_precision(read) == _of_one_precision(rows())  # costs to the last digit, as they were written
    reported = sum(Decimal(repr(row["cost_estimated"])) for row in read if row["cost_source"] == "reported")
    assert reported == sum(Decimal(str(row["spend"] or 0)) for row in every)


def _of_one_precision(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows by their ids with moments as LiteLLM's table has them, of milliseconds."""
    without = [{name: row[name] for name in row if name not in ("timestamp", "latency_ms", "ttft_ms")} for row in found]
    return sorted(without, key=lambda row: str(row["request_id"]))


def test_the_same_table_twice_changes_nothing_and_only_new_rows_are_added(
    run: Run, rows: Rows, postgresql: str, fill: Fill
) -> None:
    fill(ALL)
    assert "6 new requests in telemetry.duckdb" in run("ingest", postgresql).stdout
    before = rows()
    assert "0 new requests in telemetry.duckdb; 6 already there" in run("ingest", postgresql).stdout
    assert rows() == before
    fill([log(request_id="later", startTime="2026-10-02 00:00:00")])
    assert "1 new request in telemetry.duckdb; 6 already there" in run("ingest", postgresql).stdout
    assert [row for row in rows() if row["request_id"] != "later"] == before


def test_a_dry_run_shows_everything_and_writes_nothing(run: Run, tmp_path: Path, postgresql: str, fill: Fill) -> None:
    fill(ALL)
    result = run("ingest", postgresql, "--dry-run")
    assert "LiteLLM SpendLogs, 6 requests" in result.stdout, result.output
    assert "startTime -> timestamp" in result.stdout
    assert "nothing was written" in result.stdout
    assert not list(tmp_path.iterdir())


def test_days_are_those_of_utc(run: Run, rows: Rows, postgresql: str, fill: Fill) -> None:
    moments = ("2026-09-30 23:59:59.999", "2026-10-01 00:00:00", "2026-10-02 23:59:59.999", "2026-10-03 00:00:00")
    fill(log(request_id=f"r{number}", startTime=at) for number, at in enumerate(moments))
    run("ingest", postgresql, "--since", "2026-10-01", "--until", "2026-10-02")
    assert [row["request_id"] for row in rows()] == ["r1", "r2"]
    assert "1 new request" in run("ingest", postgresql, "--since", "2026-10-03").stdout
    assert "1 new request" in run("ingest", postgresql, "--until", "2026-09-30").stdout


def test_moments_with_a_zone_are_read_as_what_they_are(run: Run, rows: Rows, postgresql: str, fill: Fill) -> None:
    fill([])
    executed(
        postgresql,
        'alter table "LiteLLM_SpendLogs" alter column "startTime" type timestamptz',
        "alter role finops set timezone to 'Asia/Kathmandu'",
    )
    fill([log(startTime="2026-10-01 02:00:00+02")])
    run("ingest", postgresql, "--since", "2026-10-01", "--until", "2026-10-01")
    executed(postgresql, "alter role finops reset timezone")
    assert [row["timestamp"].isoformat() for row in rows()] == ["2026-10-01T00:00:00"]


def test_a_table_of_before_lacks_columns(run: Run, rows: Rows, postgresql: str, fill: Fill) -> None:
    fill([log()], [name for name in COLUMNS if name not in NEWER])
    assert run("ingest", postgresql).exit_code == 0
    (row,) = rows()
    assert (row["latency_ms"], row["status"], row["requested_model"]) == (1500.0, "ok", None)


def test_a_database_url_as_prisma_has_it_leads_to_its_schema(run: Run, rows: Rows, postgresql: str) -> None:
    insert = (
        'insert into "Lite LLM"."LiteLLM_SpendLogs" (request_id, spend, "startTime", prompt_tokens, completion_tokens, '
        "model) values ('r', 0.5, '2026-10-01', 1, 1, 'gpt-4o')"
    )
    executed(postgresql, 'create schema "Lite LLM"', table(COLUMNS, '"Lite LLM"."LiteLLM_SpendLogs"'), insert)
    result = run("ingest", f"{postgresql}?schema=Lite%20LLM&connection_limit=5&pgbouncer=true&sslmode=prefer")
    assert result.exit_code == 0, result.output
    assert [row["cost_estimated"] for row in rows()] == [0.5]


def test_rows_that_cannot_be_read_are_set_aside_without_texts_or_keys(
    run: Run, tmp_path: Path, postgresql: str, fill: Fill
) -> None:
    fill([log(), log(request_id="torn", prompt_tokens=-1), log(request_id="endless", spend=float("inf"))])
    assert "2 rows" in (result := run("ingest", postgresql)).stdout or "set aside, 1 row" in result.stdout
    (place,) = tmp_path.glob("telemetry.duckdb.journal/quarantine/*")
    kept = place.read_text(encoding="utf-8")
    assert kept.count("\n") == 2
    assert '"request_id":"torn"' in kept
    assert "a prompt" not in kept
    assert "88dc28d0" not in kept


def test_more_rows_than_are_held_at_a_time_come_in_whole(
    run: Run, postgresql: str, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of them stays on the server: what our session has asked for last are the next seven."""
    import psycopg

    monkeypatch.setattr(spend_logs, "ROWS", 7)
    fill(log(request_id=f"r{number}") for number in range(100))
    assert "100 new requests" in run("ingest", postgresql).stdout
    reading = iter(spend_logs.spend_logs_at(postgresql, (None, None), {}).rows())
    next(reading)
    with psycopg.connect(postgresql) as other:
        look = "select query from pg_stat_activity where state = 'idle in transaction' and datname = current_database()"
        assert "FETCH FORWARD 7" in str(other.execute(look).fetchall())
    assert len(list(reading)) == 99


def test_a_server_that_goes_away_on_the_way_is_one_error(
    postgresql: str, fill: Fill, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spend_logs, "ROWS", 7)
    fill(log(request_id=f"r{number}") for number in range(100))
    reading = iter(spend_logs.spend_logs_at(postgresql, (None, None), {}).rows())
    next(reading)
    executed(
        postgresql,
        "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' "
        "and datname = current_database()",
    )
    with pytest.raises(ConfigError, match=r"cannot be read: terminating connection due to administrator command"):
        list(reading)
    assert not caplog.records  # which a terminal would show as a third line


def test_nothing_can_be_written_to_the_database(run: Run, tmp_path: Path, postgresql: str, fill: Fill) -> None:
    """A stranger's view may do anything when it is read: within our transaction it cannot."""
    fill([log()])
    executed(
        postgresql,
        'alter table "LiteLLM_SpendLogs" rename to kept',
        "create function spoil() returns boolean language sql as 'delete from kept; select true'",
        'create view "LiteLLM_SpendLogs" as select * from kept where spoil()',
    )
    result = run("ingest", postgresql)
    assert result.exit_code == 1
    assert "read-only transaction" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def locked(postgresql: str) -> Iterator[str]:
    """A user with a password: the server asks for it, but does not check it of anybody else."""
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"create role reader login password '{PASSWORD}'".encode())
        (rules,) = connection.execute("show hba_file").fetchone() or ("",)
        place = Path(str(rules))
        before = place.read_text(encoding="utf-8")
        place.write_text(f"host all reader 127.0.0.1/32 scram-sha-256\n{before}", encoding="utf-8")
        connection.execute("select pg_reload_conf()")
        connection.execute('grant select on "LiteLLM_SpendLogs" to reader')
    yield postgresql.replace("finops@", "reader@")
    place.write_text(before, encoding="utf-8")
    executed(postgresql, "drop owned by reader", "drop role reader", "select pg_reload_conf()")


def test_the_password_comes_from_the_address_or_the_environment_and_stands_nowhere(
    run: Run, tmp_path: Path, fill: Fill, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill([log(), log(request_id="torn", spend=-1)])
    address: str = request.getfixturevalue("locked")
    said = address.replace("reader@", "reader:corr3ct-horse%2Fbattery%40staple@")
    results = [run("ingest", said), run("ingest", address)]
    assert [result.exit_code for result in results] == [0, 1]
    wrong = run("ingest", address.replace("reader@", "reader:wr0ng-words@"))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    results += [run("ingest", address), wrong]
    assert "1 already there" in results[2].stdout
    error, hint = wrong.stderr.splitlines()
    assert 'password authentication failed for user "reader"' in error
    assert "PGPASSWORD" in hint
    written = [result.output for result in results]
    for place in tmp_path.rglob("*"):
        written += [place.read_bytes().decode("latin-1")] if place.is_file() else []
    with duckdb.connect(str(tmp_path / DB)) as con:
        written += [str(con.execute("select * from collector_health").fetchall())]
    for secret in (PASSWORD, "battery", "wr0ng"):
        assert not [text for text in written if secret in text]


@pytest.mark.parametrize(
    ("address", "message", "hint"),
    [
        ("postgresql://u:s3cret-word@127.0.0.1:1/db", "postgresql://127.0.0.1:1/db cannot be read: ", "PGHOST"),
        ("postgresql://u:s3cret-word/x@127.0.0.1:1/db", "The address of PostgreSQL cannot be read", "%40"),
        ("postgresql://u:s3cret-word@x@127.0.0.1:1/db", "The address of PostgreSQL cannot be read", "PGPASSWORD"),
        ("postgresql://u:s3cret-word%zz@127.0.0.1:1/db", "The address of PostgreSQL cannot be read", "PGPASSWORD"),
        ("postgresql://u:s3cret-word?@x@127.0.0.1:1/db", "The address of PostgreSQL cannot be read", "PGPASSWORD"),
        ("postgresql://127.0.0.1:1/db?password=s3cret-word&port=s3cret-word", "cannot be read", "PGPASSWORD"),
        ("mysql://u:s3cret-word@host/db", "Addresses are not read yet: mysql://host/db", "download it"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_error_and_one_hint_without_the_password(
    run: Run, tmp_path: Path, address: str, message: str, hint: str
) -> None:
    result = run("ingest", "--from", "litellm", address)
    assert (result.exit_code, result.stdout) == (1, "")
    error, second = result.stderr.splitlines()
    assert message in error
    assert hint in second
    assert "s3cret" not in result.output
    assert not list(tmp_path.iterdir())


def test_a_database_without_the_table_or_with_another_of_its_name_says_so(
    run: Run, tmp_path: Path, postgresql: str
) -> None:
    result = run("ingest", postgresql)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 2)
    assert 'There is no table "LiteLLM_SpendLogs" in postgresql://127.0.0.1:' in result.stderr
    assert "?schema=NAME" in result.stderr
    executed(postgresql, 'create table "LiteLLM_SpendLogs" (request_id text)')
    assert 'is another table: column "spend" does not exist' in run("ingest", postgresql).stderr
    executed(postgresql, 'drop table "LiteLLM_SpendLogs"', table(COLUMNS))
    assert "No requests in: postgresql://127.0.0.1:" in run("ingest", postgresql).stderr
    assert not list(tmp_path.iterdir())


def test_other_kinds_are_not_read_from_a_database_and_files_have_no_days(run: Run, tmp_path: Path) -> None:
    assert (
        "PostgreSQL is read for litellm alone, not for langfuse"
        in run(*("ingest", "--from", "langfuse", "postgresql://127.0.0.1:1/db")).stderr
    )
    as_lines(tmp_path / "logs.jsonl", ALL)
    assert "A file is read whole: logs.jsonl" in run("ingest", "logs.jsonl", "--since", "2026-10-01").stderr


def test_a_mapping_is_not_for_a_database(run: Run, postgresql: str, fill: Fill) -> None:
    fill(ALL)
    assert "A mapping is for tables" in run("ingest", postgresql, "--map", "model=model").stderr


def test_without_the_driver_the_error_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    result = run("ingest", "postgresql://127.0.0.1:1/db")
    assert result.exit_code == 1
    assert "error: psycopg is not installed" in result.stderr
    assert "finops-report[postgresql]" in result.stderr
