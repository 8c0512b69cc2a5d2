"""Gateways on several hosts share hard budgets and keys in PostgreSQL, whatever becomes of a host or its link."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from finops_router.gateway.budgets.opening import standing
from finops_router.gateway.keys import Key, KeyStore
from finops_router.gateway.state.opening import open_state

from tests.extended import EXTENDED
from tests.finops_report.commands.hosts import TRUSTED, Host, hosts
from tests.finops_report.commands.test_serve_budgets import COST_USD
from tests.finops_router.gateway.conftest import PRICES
from tests.finops_router.gateway.postgresql_server import Cluster, cluster
from tests.finops_router.gateway.running import group, provider
from tests.finops_router.scenarios.misbehaving import OUTPUT_TOKENS

LONG_S = 90.0  # half a minute until a host counts as gone, and a busy machine
SILENT = '[[router.prices]]\nprovider = "wall"\nmodel = "silent"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 2\n'


@dataclass(frozen=True)
class Site:
    """Two hosts with one database; `key` opens both gateways."""

    hosts: list[Host]
    server: Cluster
    key: str

    def settings(self, host: Host, calls: int) -> str:
        """One hard budget of so many calls, for all hosts."""
        state = f'state = "{self.server.address_at(host.database)}"\n'
        cap = f'[[budgets]]\nname = "cap"\namount = {COST_USD * calls}\nperiod = "year"\nenforce = "hard"\n'
        groups = group(("wall", "ok")) + group(("wall", "silent"), name="silent")
        return state + cap + groups + provider("wall", "openai", host.provider(silence_s=600)) + PRICES + SILENT

    def ask(self, host: Host, model: str = "chat") -> int:
        return host.ask(self.key, model, OUTPUT_TOKENS)

    def booked(self) -> Decimal:
        state = open_state(self.server.address, Path())
        ((_, _, spent),) = standing(state)
        state.close()
        return spent

    def holders(self) -> set[str]:
        """The hosts that hold something of the budget."""
        import psycopg

        with psycopg.connect(self.server.address) as connection:
            rows = connection.execute("select distinct host from gateway_workers join gateway_holds using (worker)")
            return {row[0] for row in rows}


def recorded(host: Host) -> Decimal:
    with duckdb.connect(str(host.place / "telemetry.duckdb")) as con:
        (sum_usd,) = con.execute("select sum(cast(cost_estimated as decimal(28, 12))) from telemetry").fetchone() or ()
    return Decimal(sum_usd or 0)


def until(holds: Callable[[], bool]) -> None:
    until_s = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < until_s
        threading.Event().wait(0.2)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with hosts(tmp_path, "a", "b") as found, cluster("0.0.0.0", TRUSTED) as server:
        state = open_state(server.address, tmp_path)
        key = KeyStore(state, os.urandom).add(Key(id="", name="all"), 0).secret
        state.close()
        yield Site(found, server, key)


def test_two_hosts_spend_no_more_than_one_budget_has(site: Site) -> None:
    gateways = [(host, host.serve(site.settings(host, calls=40))) for host in site.hosts]
    with ThreadPoolExecutor(16) as clients:
        said = list(clients.map(site.ask, site.hosts * 40))
    for host, gateway in gateways:
        host.stop(gateway)
    assert set(said) == {200, 429}
    assert said.count(200) >= 37  # so many fit at the most that each may cost
    assert site.booked() == sum(map(recorded, site.hosts)) <= 40 * COST_USD
    assert all(recorded(host) for host in site.hosts)
    assert site.holders() == set()


@EXTENDED
def test_what_a_host_that_is_gone_had_set_aside_comes_back(site: Site) -> None:
    gone, other = site.hosts
    for host in site.hosts:
        host.serve(site.settings(host, calls=10))
    threads = [threading.Thread(target=site.ask, args=(gone, "silent"), daemon=True) for _ in range(9)]
    for thread in threads:
        thread.start()
    until(lambda: site.ask(other) == 429)  # all that is left is set aside for calls that nobody answers
    gone.kill()
    assert site.ask(other) == 429, "nobody can know yet that it is gone"
    assert gone.name in site.holders()
    until(lambda: site.ask(other) == 200)
    assert site.holders() <= {other.name}
    for _ in range(12):
        site.ask(other)
    assert site.booked() <= 10 * COST_USD


@EXTENDED
def test_a_host_that_is_cut_off_stops_before_others_take_what_it_held(site: Site) -> None:
    cut, other = site.hosts
    gateways = [(host, host.serve(site.settings(host, calls=4000))) for host in site.hosts]
    answered_s, over = list[float](), threading.Event()

    def keep_asking() -> None:
        while not over.is_set():
            if site.ask(cut) == 200:
                answered_s.append(time.monotonic())

    asking = threading.Thread(target=keep_asking)
    asking.start()
    until(lambda: len(answered_s) > 20 and cut.name in site.holders())
    cut.cut_off()
    cut_s = time.monotonic()
    until(lambda: site.ask(other) == 200 and cut.name not in site.holders())
    taken_s = time.monotonic()
    assert any(at_s > cut_s for at_s in answered_s), "it goes on with what it holds"
    assert max(answered_s) < taken_s, "and has stopped before others have that"
    before = len(answered_s)
    cut.join()
    until(lambda: len(answered_s) > before)
    over.set()
    asking.join()
    for host, gateway in gateways:
        host.stop(gateway)
    assert site.booked() == sum(map(recorded, site.hosts))
