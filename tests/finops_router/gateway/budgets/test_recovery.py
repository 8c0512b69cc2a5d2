"""What is left of a worker that died: its slate and its holds; on this host and on another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.gateway.budgets.exchange import Answer, Ask, exchange
from finops_router.gateway.budgets.opening import standing
from finops_router.gateway.budgets.recovery import LEASE_US, recover
from finops_router.gateway.budgets.slate import Slate, lines_after
from finops_router.gateway.state.contract import State
from finops_router.gateway.state.opening import open_state
from finops_router.gateway.state.sqlite import SqliteState
from hypothesis import given
from hypothesis import strategies as st

from tests.finops_router.gateway.postgresql_server import postgresql, postgresql_server

__all__ = ["postgresql", "postgresql_server"]  # fixtures

NOW_US = 1_764_331_200_000_000
BUDGET = ("cap", 0)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SqliteState]:
    state = SqliteState(tmp_path / "state.sqlite")
    yield state
    state.close()


def ask(state: State, worker: str, needed: int, *, settled: str = "0", number: int = 0, at_us: int = NOW_US) -> Answer:
    one = Ask(*BUDGET, Decimal(10), Decimal(settled), Decimal(0), Decimal(0), Decimal(needed), Decimal(0), Decimal(0))
    (answer,) = exchange(state, worker, "host", number, (one,), at_us)
    return answer


def test_a_batch_is_booked_once_however_often_it_is_sent(state: SqliteState) -> None:
    for _ in range(3):
        assert ask(state, "w", 0, settled="2.5", number=7).spent_usd == Decimal("2.5")
    assert ask(state, "w", 0, settled="0.5", number=8).spent_usd == 3


def test_a_worker_of_another_host_loses_its_lease_after_half_a_minute(state: SqliteState, tmp_path: Path) -> None:
    assert ask(state, "far", 10).granted_usd == 10
    recover(state, tmp_path, "near", NOW_US + LEASE_US - 1)
    assert ask(state, "near", 1, at_us=NOW_US).missing_usd == 1
    recover(state, tmp_path, "near", NOW_US + LEASE_US)
    assert ask(state, "near", 1, at_us=NOW_US).granted_usd == 1
    assert [row[0] for row in state.read("workers")] == ["far", "near"]  # its slate may still turn up
    recover(state, tmp_path, "near", NOW_US + 36 * 86_400_000_000)
    assert [row[0] for row in state.read("workers")] == ["near"]


@pytest.mark.parametrize("off_us", [-3_600_000_000, 3_600_000_000])
def test_the_clocks_of_hosts_may_differ(postgresql: str, tmp_path: Path, off_us: int) -> None:
    """Who is gone is told by one clock, the server's: by their own, hosts would take what others still spend."""
    state = open_state(postgresql, tmp_path)
    assert ask(state, "far", 10).granted_usd == 10
    recover(state, tmp_path, "near", NOW_US + off_us)
    assert ask(state, "near", 1, at_us=NOW_US + off_us).missing_usd == 1
    state.close()


def test_a_stopped_worker_of_this_host_keeps_what_it_holds(state: SqliteState, tmp_path: Path) -> None:
    slate = Slate(tmp_path, "stopped")
    assert ask(state, "stopped", 10).granted_usd == 10
    assert recover(state, tmp_path, "near", NOW_US + 10 * LEASE_US) == 0
    assert ask(state, "near", 1).missing_usd == 1
    slate.close()


def test_only_what_is_not_booked_yet_is_taken_from_a_slate(state: SqliteState, tmp_path: Path) -> None:
    slate = Slate(tmp_path, "dead")
    for cost in ("1", "2", "0.25"):
        slate.write(Decimal(cost), [BUDGET])
    ask(state, "dead", 5, settled="3", number=2)
    path, left = tmp_path / "dead.slate", (tmp_path / "dead.slate").read_bytes()
    slate.close()  # as its process ended
    path.write_bytes(left + b'[4,"0.5",[["cap"')  # the disk was full
    assert recover(state, tmp_path, "near", NOW_US) == 1
    assert standing(state) == (("cap", 0, Decimal("3.25")),)
    assert ask(state, "near", 6).granted_usd == 6
    path.write_bytes(left)  # killed between the books and the slate: it is there once more
    assert recover(state, tmp_path, "near", NOW_US) == 1
    assert standing(state) == (("cap", 0, Decimal("3.25")),)
    assert not path.exists()


def test_a_slate_is_empty_when_all_is_booked(tmp_path: Path) -> None:
    slate = Slate(tmp_path, "w")
    slate.write(Decimal(1), [BUDGET])
    slate.write(Decimal(1), [BUDGET])
    slate.booked(1)
    assert (tmp_path / "w.slate").stat().st_size > 0
    slate.booked(2)
    assert (tmp_path / "w.slate").stat().st_size == 0
    slate.write(Decimal("0.5"), [BUDGET])
    assert [line.number for line in lines_after((tmp_path / "w.slate").read_bytes(), 0)] == [3]
    slate.close()


def test_a_forked_child_does_not_keep_its_parent_alive(state: SqliteState, tmp_path: Path) -> None:
    slate = Slate(tmp_path, "parent")
    ask(state, "parent", 10)
    wait, go = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover -- it measures nothing
        os.close(go)
        os.read(wait, 1)
        os._exit(0)
    slate.close()
    (tmp_path / "parent.slate").touch()  # it did not end so orderly
    assert recover(state, tmp_path, "near", NOW_US) == 1
    os.close(go)
    os.close(wait)
    os.waitpid(child, 0)


@given(st.binary(max_size=200), st.integers(0, 5))
def test_any_bytes_are_lines_or_none(content: bytes, number: int) -> None:
    assert all(line.number > number for line in lines_after(content, number))
