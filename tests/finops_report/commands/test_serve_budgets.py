"""Hard budgets through `finops-report serve`: over workers, over its ends, and from what was recorded before."""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from finops_router.gateway.budgets.opening import standing
from finops_router.gateway.state.opening import open_state

from tests.finops_report.commands.serving import Gateway, serving
from tests.finops_router.gateway.conftest import PRICES
from tests.finops_router.gateway.running import group, provider
from tests.finops_router.scenarios.conduct import started
from tests.finops_router.scenarios.misbehaving import INPUT_TOKENS, OUTPUT_TOKENS

COST_USD = INPUT_TOKENS * Decimal("1e-6") + OUTPUT_TOKENS * Decimal("2e-6")
BODY = b'{"model": "chat", "max_tokens": %d, "messages": [{"role": "user", "content": "Hello"}]}' % OUTPUT_TOKENS


@pytest.fixture(scope="module")
def settings() -> Iterator[str]:
    process, url = started()
    budget = f'[[budgets]]\nname = "cap"\namount = {COST_USD * 40}\nperiod = "year"\nenforce = "hard"\n'
    yield budget + group(("wall", "ok")) + provider("wall", "openai", url) + PRICES
    process.kill()
    process.communicate()


def ask(gateway: Gateway) -> int:
    """The status of one call; 0 if its worker was killed."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{gateway.port}/v1/chat/completions", BODY, 20) as answer:
            answer.read()
            return 200
    except urllib.error.HTTPError as err:
        err.close()
        return err.code
    except OSError:
        return 0


def booked(place: Path) -> Decimal:
    state = open_state(None, place / "state")
    ((_, _, spent),) = standing(state)
    state.close()
    return spent


def recorded(place: Path) -> Decimal:
    with duckdb.connect(str(place / "telemetry.duckdb")) as con:
        (sum_usd,) = con.execute("select sum(cast(cost_estimated as decimal(28, 12))) from telemetry").fetchone() or ()
    return Decimal(sum_usd)


def test_no_more_is_spent_than_the_budget_has_through_kills_and_restarts(tmp_path: Path, settings: str) -> None:
    with serving(tmp_path, settings, workers=2) as gateway, ThreadPoolExecutor(16) as clients:
        first = list(clients.map(ask, [gateway] * 20))
        os.kill(gateway.workers()[0], signal.SIGKILL)
        gateway.until(lambda: len(gateway.workers()) == 2)
        gateway.stopped()
    assert set(first) == {200}
    assert booked(tmp_path) == recorded(tmp_path) == 20 * COST_USD
    for path in (tmp_path / "state").glob("state.sqlite*"):  # another disk: only telemetry knows of the first twenty
        path.unlink()
    with serving(tmp_path, settings, workers=2) as gateway, ThreadPoolExecutor(16) as clients:
        rest = list(clients.map(ask, [gateway] * 60))
        gateway.stopped()
    assert set(rest) == {200, 429}
    assert booked(tmp_path) == recorded(tmp_path) <= 40 * COST_USD
    assert rest.count(200) >= 17  # so many fit at the most that each may cost
