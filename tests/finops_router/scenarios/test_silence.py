"""Limits on silence over HTTP: what flows is never cut, what is silent is, and the accounts agree with the provider's.

Times are a twentieth of the default ones: an answer of two seconds stands for one of forty.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from finops_router.calls import Message, Reply, Request
from finops_router.errors import DeadlineExceeded, RouterError
from finops_router.router import Router
from finops_router.telemetry import TelemetryCollector

from tests.finops_router.scenarios.conduct import Conduct, accounts_agree, conduct, finops_toml, started
from tests.finops_router.scenarios.kinds import BUFFERED, LIVE, PLAIN

LIMITS = "first_token_timeout_s = 0.5\nstall_timeout_s = 1.0\n"
DEADLINE = "[router]\ndeadline_s = 1.5\n"
KEYS = {
    "Google": "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "xAI": "xai-8f2kQpL0vYd3nA7sTzB1wXcM",
    "hex": "9a3e04e04f8911d39a0c0305e82c33ff",
    "UUID": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "Together": "tgp_v1_Zk3Qw8mT5rXb2Lp9Vn6Hs1Dc4Fg7Jy0A",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5NXgL0n3I9PlFUP0THsR8U",
    "words": "correcthorsebatterystaple",
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    process, url = started(token_s=0.035, slow_start_s=1.2, stall_s=3.0)
    yield url
    ended(process)


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALL_KEY", "sk-wall-0123456789abcdef")


@pytest.mark.parametrize("mode", [BUFFERED, LIVE])
@pytest.mark.parametrize("models", [("ok",), ("ok", "down")], ids=["alone", "with a fallback"])
def test_a_stream_longer_than_the_deadline_arrives(
    models: tuple[str, ...], mode: str, provider: str, tmp_path: Path
) -> None:
    seen = conduct(provider, tmp_path, *models, mode=mode, settings=DEADLINE, limits=LIMITS)
    assert seen.answered_by() == {"ok": 1}
    assert seen.longest_s > 2.0
    assert seen.attempts == [("ok", "ok", None)]
    accounts_agree(seen)


@pytest.mark.parametrize(
    ("model", "outcome"),
    [
        ("thinking", ("ok", None)),  # reasoning alone for two seconds, then the text
        ("comments", ("timeout", "deadline")),  # comments alone: alive, but nothing flows before the deadline
        ("slow-headers", ("timeout", "timeout")),
        ("slow-start", ("timeout", "timeout")),
        ("silent", ("timeout", "timeout")),
        ("stall", ("error", "stream_cut")),
    ],
)
def test_what_is_silent_goes_to_the_next_target(
    model: str, outcome: tuple[str, str | None], provider: str, tmp_path: Path
) -> None:
    seen = conduct(provider, tmp_path, model, "ok", mode=LIVE, settings=DEADLINE, limits=LIMITS)
    assert (model, *outcome) in seen.attempts
    assert [isinstance(reply, Reply) for reply in seen.outcomes] == [True]
    assert seen.asked(model) == 1
    accounts_agree(seen)


def test_a_plain_answer_may_take_its_time(provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, "slow-start", "ok", mode=PLAIN, limits="")
    assert seen.answered_by() == {"slow-start": 1}
    assert seen.longest_s > 3.0


def test_a_deadline_that_is_short_blames_no_target(provider: str, tmp_path: Path) -> None:
    seen = conduct(
        provider, tmp_path, "slow-headers", mode=LIVE, calls=6, settings="[router]\ndeadline_s = 0.3\n", limits=""
    )
    assert all(isinstance(error, DeadlineExceeded) for error in seen.outcomes)
    assert seen.attempts == [("slow-headers", "timeout", "deadline")] * 6  # none was skipped: it never cools down


def tool_answer(url: str, place: Path) -> Reply:
    """The answer of a model that sends a tool's arguments alone, for two seconds."""
    toml = place / "finops.toml"
    toml.write_text(finops_toml(url, ("arguments", "ok"), DEADLINE, LIMITS))
    asked = Request(request_id="q-1", group="chat", messages=(Message(role="user", text="Look."),))

    async def run() -> Reply:
        with TelemetryCollector(place / "telemetry.duckdb") as telemetry:
            router = Router.from_toml(toml, telemetry)
            pieces = [piece async for piece in router.stream(asked)]
            await router.close()
        assert isinstance(pieces[-1], Reply)
        return pieces[-1]

    return asyncio.run(run())


def test_a_tools_arguments_alone_are_life(provider: str, tmp_path: Path) -> None:
    reply = tool_answer(provider, tmp_path)
    assert (reply.model, reply.finish_reason) == ("arguments", "tool_calls")
    assert [call.arguments for call in reply.tool_calls] == ['{"a":"' + "x" * 57 + '"}']


def test_a_reply_carries_what_the_telemetry_has(provider: str, tmp_path: Path) -> None:
    seen = conduct(provider, tmp_path, "down", "ok", limits=LIMITS)
    (reply,) = seen.outcomes
    assert isinstance(reply, Reply)
    assert (reply.provider, reply.model, reply.request_id) == ("wall", "ok", "q-0")
    assert reply.cost_usd == seen.cost_usd
    assert sorted((one.target.model, one.outcome, one.error_type or "") for one in reply.attempts) == sorted(
        (model, outcome, error or "") for model, outcome, error in seen.attempts
    )
    assert reply.attempts[0].message is not None
    assert "currently overloaded" in reply.attempts[0].message
    assert [one.cost_usd for one in reply.attempts] == [None, reply.cost_usd]


@pytest.fixture
def swallowing() -> Iterator[str]:
    """The address of a server that answers no SYN: its queue is full and stays so."""
    with ExitStack() as sockets:
        listening = sockets.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(8):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("mode", [PLAIN, LIVE])
def test_an_address_that_swallows_connections_costs_the_connect_limit_alone(
    mode: str, provider: str, swallowing: str, tmp_path: Path
) -> None:
    toml = tmp_path / "finops.toml"
    toml.write_text(f"""
[router]
connect_timeout_s = 0.4
[router.groups.chat]
strategy = "fixed"
[[router.groups.chat.targets]]
provider = "swallowing"
model = "gone"
[[router.groups.chat.targets]]
provider = "wall"
model = "ok"
[router.providers.swallowing]
base_url = "{swallowing}/v1"
[router.providers.wall]
base_url = "{provider}/v1"
api_key_env = "WALL_KEY"
""")
    asked = Request(request_id="q-1", group="chat", messages=(Message(role="user", text="Hi"),))

    async def run() -> Reply:
        with TelemetryCollector(tmp_path / "telemetry.duckdb") as telemetry:
            router = Router.from_toml(toml, telemetry)
            started_s = time.monotonic()
            if mode == PLAIN:
                reply = await router.complete(asked)
            else:
                reply = [piece async for piece in router.stream(asked, live=True) if isinstance(piece, Reply)][-1]
            assert time.monotonic() - started_s < 4.0
            await router.close()
        return reply

    reply = asyncio.run(run())
    gone, answered = reply.attempts
    assert (gone.error_type, answered.outcome) == ("unavailable", "ok")
    assert 0.3 < gone.ended_s - gone.started_s < 1.0
    assert gone.message == "No connection within 0.4 s"


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("status", [400, 401, 422, 429, 500])
def test_a_provider_that_echoes_the_key_shows_it_to_nobody(
    status: int, key: str, provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setenv("WALL_KEY", key)
    caplog.set_level(logging.DEBUG)
    seen = conduct(provider, tmp_path, f"echo-{status}", limits=LIMITS, settings="[router]\ndeadline_s = 2\n")
    (error,) = seen.outcomes
    assert isinstance(error, RouterError)
    with duckdb.connect(str(tmp_path / "telemetry.duckdb"), read_only=True) as connection:
        recorded = connection.sql("from telemetry").fetchall() + connection.sql("from attempts").fetchall()
    attempts = getattr(error, "attempts", ())
    everything = "\n".join(
        [*traceback.format_exception(error), repr(error), error.hint, repr(attempts), repr(recorded), caplog.text]
    )
    assert "We do not know [secret]" in everything
    for form in (key, quote(key), key[: len(key) // 2 + 6]):
        assert form not in everything


def test_attempts_in_the_database_are_requests_at_the_provider(provider: str, tmp_path: Path) -> None:
    seen: Conduct = conduct(provider, tmp_path, "down", "failing-once", "ok", calls=12, mode=LIVE, limits=LIMITS)
    assert sum(seen.answered_by().values()) == 12
    accounts_agree(seen)
