"""What the gateway's tests share: a provider that misbehaves, with its ledger, and keys."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.finops_router.gateway.postgresql_server import postgresql, postgresql_server
from tests.finops_router.gateway.running import Running, group, provider, running
from tests.finops_router.providers.conftest import KEY, Server, serving
from tests.finops_router.scenarios.conduct import started

__all__ = ["postgresql", "postgresql_server"]  # fixtures, of one server for all tests
PRICES = """
[[router.prices]]
provider = "wall"
model = "ok"
input_usd_per_mtok = 1
output_usd_per_mtok = 2
"""


@dataclass(frozen=True)
class Wall:
    """The misbehaving provider: its models are called after what they do."""

    url: str

    def ledger(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/ledger") as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def reset(self) -> None:
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/reset", method="POST")):
            pass


@pytest.fixture(autouse=True, scope="session")
def _keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "UPSTREAM_KEY"):
            patch.setenv(name, KEY)
        yield


@pytest.fixture(scope="module")
def wall() -> Iterator[Wall]:
    process, url = started(slow_start_s=0.5, silence_s=2, stall_s=2)
    yield Wall(url)
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def walled(wall: Wall) -> Iterator[Running]:
    """A gateway before the misbehaving provider: a group for each of its models."""
    models = ("ok", "cut", "filtered", "too-long", "down", "limited", "no-done", "silent", "malformed", "echo-401")
    limits = "first_token_timeout_s = 1\nstall_timeout_s = 0.5\nattempt_timeout_s = 1\n"
    settings = "".join(group(("wall", model), name=model, more=limits) for model in models)
    settings += group(("wall", "down"), ("wall", "ok"), name="chat", more=limits)
    settings += group(("wall", "cut"), ("wall", "ok"), name="cut-then-ok", more=limits)
    with running("[router]\ndeadline_s = 3\n" + settings + provider("wall", "openai", wall.url) + PRICES) as found:
        yield found


@pytest.fixture(scope="module")
def upstream() -> Iterator[Server]:
    """A server that answers what a test tells it to, byte for byte."""
    with serving() as found:
        yield found
