"""Budgets hold over real processes, and over their ends, whatever these are like."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.gateway.budgets.opening import standing
from finops_router.gateway.state.opening import open_state

SOAK = bool(os.environ.get("FINOPS_SOAK"))
WORKER = Path(__file__).with_name("worker_process.py")
ROUTER = Path(__file__).parents[4] / "router"
Worker = subprocess.Popen[str]


class Workers:
    """Processes that share a budget of $30 in one state."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.running: list[Worker] = []

    def start(self, calls: int, cost: str, expected: str, hang: str = "") -> Worker:
        arguments = [str(self.folder), self.address, str(calls), cost, expected, hang]
        worker = subprocess.Popen(
            [sys.executable, str(WORKER), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROUTER)},
        )
        self.running.append(worker)
        assert said(worker) == "ready"
        return worker

    def spent(self) -> Decimal:
        state = open_state(self.address or None, self.folder)
        found = [spent for _, _, spent in standing(state)]
        state.close()
        return sum(found, Decimal(0))


def said(worker: Worker) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def go(*workers: Worker) -> None:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()


def kill(worker: Worker) -> None:
    worker.kill()
    worker.wait(timeout=30)


@pytest.fixture(params=["sqlite", "postgresql"])
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    address = "" if request.param == "sqlite" else request.getfixturevalue("postgresql")
    found = Workers(tmp_path, address)
    yield found
    for worker in found.running:
        kill(worker)
        for stream in (worker.stdin, worker.stdout):
            assert stream is not None
            stream.close()


def test_processes_together_stay_under_the_cap_and_use_it_up(workers: Workers) -> None:
    """1,000 calls at once in each of several processes would cost $99 a process; $30 are there."""
    _use_it_up(workers, 2)


@pytest.mark.skipif(not SOAK, reason="make soak")
def test_soak_many_processes_together_stay_under_the_cap_and_use_it_up(workers: Workers) -> None:
    _use_it_up(workers, 8)


def _use_it_up(workers: Workers, number: int) -> None:
    at_work = [workers.start(1000, "0.099", "0.099") for _ in range(number)]
    go(*at_work)
    settled = sum(int(said(worker)) for worker in at_work)
    assert all(worker.wait(timeout=60) == 0 for worker in at_work)
    assert workers.spent() == settled * Decimal("0.099")
    assert settled == 303  # $29.997


def test_reservations_of_a_killed_process_come_back(workers: Workers) -> None:
    dying = workers.start(3, "0", "10", "reserved")
    go(dying)
    assert [said(dying) for _ in range(3)] == ["reserved"] * 3  # all of the $30
    refused = workers.start(1, "10", "10")
    go(refused)
    assert said(refused) == "0"
    kill(dying)
    late = workers.start(4, "10", "10")
    go(late)
    assert said(late) == "3"


def test_a_killed_process_is_noticed_by_one_that_runs(workers: Workers) -> None:
    dying, other = workers.start(3, "0", "10", "reserved"), workers.start(4, "10", "10")
    go(dying)
    assert [said(dying) for _ in range(3)] == ["reserved"] * 3
    kill(dying)
    go(other)
    assert said(other) == "3"
    assert other.wait(timeout=30) == 0
    assert workers.spent() == 30


def test_what_a_killed_process_had_settled_is_not_forgotten(workers: Workers) -> None:
    dying = workers.start(100, "0.123456789012", "0.2", "settled")
    go(dying)
    assert said(dying) == "100"
    dying.wait(timeout=30)
    heir = workers.start(0, "0", "0")
    go(heir)
    assert said(heir) == "0"
    assert heir.wait(timeout=30) == 0
    assert workers.spent() == Decimal("12.3456789012")
    assert not list(workers.folder.glob("slates/*"))


def _killed_again_and_again(workers: Workers, kills: int, cost: str) -> None:
    """Kill one of two processes at any moment, and start another, until the money is gone; count what each settled."""
    settled, rng = 0, random.Random(7)
    at_work = [workers.start(10**6, cost, "0.5", "slowly") for _ in range(2)]
    go(*at_work)
    for _ in range(kills):
        victim, other = at_work
        for _ in range(rng.randrange(1, 40)):
            settled += said(victim) == "settled"
        kill(victim)
        settled += _left(victim)
        at_work = [other, workers.start(10**6, cost, "0.5", "slowly")]
        go(at_work[1])
    for worker in at_work:
        settled += _left(worker)
        assert worker.wait(timeout=120) == 0
    spent = workers.spent()
    assert (
        settled * Decimal(cost) <= spent <= (settled + kills) * Decimal(cost)
    )  # killed between a settlement and its line
    assert spent <= 30
    assert spent > 29  # either ends with less than a call may cost: on a busy machine it does not wait for the other


def _left(worker: Worker) -> int:
    assert worker.stdout is not None
    return worker.stdout.read().count("settled\n")


def test_whoever_is_killed_when_nothing_is_lost_and_the_cap_holds(workers: Workers) -> None:
    _killed_again_and_again(workers, 3, "0.031")


@pytest.mark.skipif(not SOAK, reason="make soak")
def test_soak_whoever_is_killed_when_nothing_is_lost_and_the_cap_holds(workers: Workers) -> None:
    _killed_again_and_again(workers, 100, "0.0031")
