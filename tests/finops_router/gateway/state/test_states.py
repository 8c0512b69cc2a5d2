"""Both states do the same; what goes wrong in either is explained, and over when its cause is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.gateway.state.contract import State, StateLostError, Statements
from finops_router.gateway.state.opening import open_state
from finops_router.gateway.state.sqlite import SqliteState
from finops_router.gateway.state.statements import FOLDER, with_percent

ACCOUNT: dict[str, object] = {"budget": "100 % \\ 'of' :it", "start_us": 1, "spent_usd": "0.1", "wanted_us": 0}


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], State]]:
    """A function that opens the same state once more."""
    address = None if request.param == "sqlite" else request.getfixturevalue("postgresql")
    states: list[State] = []

    def again() -> State:
        states.append(open_state(address, tmp_path))
        return states[-1]

    yield again
    for state in states:
        state.close()


def test_what_a_transaction_wrote_is_seen_by_others_when_it_has_ended(opened: Callable[[], State]) -> None:
    one, other = opened(), opened()
    with one.transaction() as statements:
        statements.run("account_set", ACCOUNT)
        assert other.read("accounts") == []
    assert [tuple(row) for row in other.read("accounts")] == [(ACCOUNT["budget"], 1, "0.1")]


def _twice(statements: Statements, *values: dict[str, object]) -> None:
    for one in values:
        statements.run("account_set", one)


def test_nothing_is_kept_of_a_transaction_that_failed(opened: Callable[[], State]) -> None:
    state = opened()
    with suppress(ZeroDivisionError), state.transaction() as statements:
        statements.run("account_set", ACCOUNT)
        _ = 1 / 0
    with pytest.raises(StateLostError), state.transaction() as statements:
        _twice(statements, ACCOUNT, ACCOUNT | {"spent_usd": None})
    assert state.read("accounts") == []
    with state.transaction() as statements:
        statements.run("account_set", ACCOUNT)
    assert len(state.read("accounts")) == 1


def test_a_connection_that_the_server_closed_is_made_anew(postgresql: str, tmp_path: Path) -> None:
    import psycopg

    state = open_state(postgresql, tmp_path)
    with psycopg.connect(postgresql, autocommit=True) as other:
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
    with state.transaction() as statements:
        statements.run("account_set", ACCOUNT)
    state.close()


def test_whoever_stands_still_in_its_turn_holds_the_others_up_no_longer_than_they_wait(postgresql: str) -> None:
    """A host that is cut off then says nothing to the server: without a limit of its own the turn was its for hours."""
    pytest.importorskip("psycopg")
    from finops_router.gateway.state.postgresql import PostgresqlState

    still, other = PostgresqlState(postgresql, patience_s=0.2), PostgresqlState(postgresql, patience_s=20)
    with pytest.raises(StateLostError):
        _stand_still(still, other)
    assert other.read("accounts") == []
    still.close()
    other.close()


def _stand_still(still: State, other: State) -> None:
    with still.transaction() as statements:
        statements.run("account_set", ACCOUNT)
        with other.transaction():
            """Its turn comes, although nobody has ended the one before."""
        statements.run("accounts")


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StateLostError, match="PostgreSQL") as lost:
        open_state("postgresql://finops:hush@127.0.0.1:1/none", tmp_path)
    assert "hush" not in f"{lost.value} {lost.value.hint}"


def test_another_address_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        open_state("mysql://finops:hush@db/none", tmp_path)
    assert str(refused.value) == "Not a state the gateway knows: mysql"


def test_a_file_that_another_one_writes_for_too_long_is_an_error(tmp_path: Path) -> None:
    one, other = (SqliteState(tmp_path / "s", patience_s=0.01) for _ in range(2))
    with one.transaction(), pytest.raises(StateLostError, match="database is locked"), other.transaction():
        pass
    with other.transaction():
        pass
    one.close()
    other.close()


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_state(None, tmp_path / "new" / "folder").close()
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "folder" / "state.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_every_statement_is_one_and_used(path: Path) -> None:
    assert path.stem == "schema" or ";" not in path.read_text(encoding="utf-8")
    assert ":" not in with_percent(path.stem) or path.stem == "schema"
    code = "".join(one.read_text(encoding="utf-8") for one in FOLDER.parents[1].rglob("*.py"))
    assert f'"{path.stem}"' in code
