"""Keys, limits and hard budgets at the gateway's door: refused before anybody is asked, settled however a call ends."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import openai
import pytest
from finops_router.gateway.keys import Key, KeyBudget, KeyStore
from finops_router.gateway.state.opening import open_state

from tests.finops_router.gateway.conftest import PRICES, Wall
from tests.finops_router.gateway.running import Running, group, provider, running
from tests.finops_router.scenarios.misbehaving import ANSWER, INPUT_TOKENS, OUTPUT_TOKENS

HELLO: Any = [{"role": "user", "content": "Hello"}]
COST_USD = INPUT_TOKENS * Decimal("1e-6") + OUTPUT_TOKENS * Decimal("2e-6")
LIMITS = "first_token_timeout_s = 1\nstall_timeout_s = 0.5\nattempt_timeout_s = 1\n"
BUDGETS = """
[[budgets]]
name = "Small team"
amount = 0.00032
period = "month"
team = "small"
enforce = "hard"
[[budgets]]
name = "Warned"
amount = 0.0002
period = "month"
team = "warned"
thresholds = [0.5]
enforce = "soft"
"""


@pytest.fixture(scope="module")
def door(wall: Wall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, dict[str, str]]]:
    """A gateway that wants keys, and the secrets of some."""
    folder = tmp_path_factory.mktemp("state")
    state = open_state(None, folder)
    store = KeyStore(state, os.urandom)
    made = {
        one.name: store.add(one, 1).secret
        for one in (
            Key(id="", name="free", team="search", project="p"),
            Key(id="", name="small", team="small"),
            Key(id="", name="warned", team="warned"),
            Key(id="", name="narrow", groups=frozenset({"chat"})),
            Key(id="", name="slow", requests_per_minute=1),
            Key(id="", name="poor", budgets=(KeyBudget(Decimal("0.0001"), "month"),)),
            Key(id="", name="thin", budgets=(KeyBudget(Decimal("0.000157"), "month"),)),
            Key(id="", name="old", expires_us=2),
        )
    }
    state.close()
    models = ("ok", "cut", "filtered", "down", "silent")
    settings = (
        BUDGETS
        + "[router]\ndeadline_s = 3\n"
        + "".join(group(("wall", model), name=model, more=LIMITS) for model in models)
    )
    settings += group(("wall", "ok"), more=LIMITS)
    settings += group(("wall", "cut"), ("wall", "ok"), name="rescued", more=LIMITS)
    settings += "".join(PRICES.replace('"ok"', f'"{model}"') for model in models)
    with running(settings + provider("wall", "openai", wall.url), state=folder) as found:
        yield found, made


def client(door: tuple[Running, dict[str, str]], name: str) -> openai.OpenAI:
    running, made = door
    running.records.requests.clear()
    return openai.OpenAI(base_url=running.v1, api_key=made[name], max_retries=0)


def ask(client: openai.OpenAI, model: str = "ok", most: int = 60, **more: Any) -> Any:
    return client.chat.completions.create(model=model, messages=HELLO, max_tokens=most, **more)


@pytest.mark.parametrize("key", ["", "wrong", "sk-finops-0123456789abcdef", "old"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/metrics"])
def test_without_a_key_that_works_there_is_nothing(
    door: tuple[Running, dict[str, str]], wall: Wall, key: str, path: str
) -> None:
    wall.reset()
    running, made = door
    found = http.client.HTTPConnection(running.root.removeprefix("http://"))
    headers = {"Authorization": f"Bearer {made.get(key, key)}"} if key else {}
    body = json.dumps({"model": "ok", "messages": HELLO})
    found.request("POST" if "chat" in path else "GET", path, body if "chat" in path else None, headers)
    answer = found.getresponse()
    assert (answer.status, json.load(answer)["error"]["code"]) == (401, "invalid_api_key")
    found.close()
    assert wall.ledger() == []


def test_a_key_says_whose_call_it_is_whatever_the_headers_say(door: tuple[Running, dict[str, str]]) -> None:
    ask(client(door, "free"), extra_headers={"x-finops-team": "somebody else", "x-finops-environment": "test"})
    (record,) = door[0].records.requests
    assert (record.team, record.project, record.environment) == ("search", "p", "test")


def test_a_key_asks_for_its_groups_alone(door: tuple[Running, dict[str, str]], wall: Wall) -> None:
    assert ask(client(door, "narrow"), "chat").choices[0].message.content == ANSWER
    wall.reset()
    for model in ("ok", "wall/ok", "nobody"):
        with pytest.raises(openai.PermissionDeniedError):
            ask(client(door, "narrow"), model)
    assert wall.ledger() == []


def test_a_limit_says_when_to_come_again(door: tuple[Running, dict[str, str]], wall: Wall) -> None:
    slow = client(door, "slow")
    ask(slow)
    wall.reset()
    with pytest.raises(openai.RateLimitError) as refused:
        ask(slow)
    assert 0 < int(refused.value.response.headers["retry-after"]) <= 61
    assert wall.ledger() == []


def test_the_budget_of_a_key_is_hard(door: tuple[Running, dict[str, str]], wall: Wall) -> None:
    with pytest.raises(openai.RateLimitError) as refused:
        ask(client(door, "poor"), most=60)  # 20 in and 60 out may be had for 0.00014 USD
    assert refused.value.code == "budget_spent"
    assert refused.value.type == "insufficient_quota"
    assert refused.value.response.headers["x-should-retry"] == "false"
    assert ask(client(door, "poor"), most=10).choices[0].message.content == ANSWER  # the wall has no bound
    with pytest.raises(openai.RateLimitError):
        ask(client(door, "poor"), most=1)


def test_a_soft_budget_warns_by_header(door: tuple[Running, dict[str, str]]) -> None:
    warned, seen = client(door, "warned"), []
    for _ in range(3):
        raw = warned.chat.completions.with_raw_response.create(model="ok", messages=HELLO, max_tokens=60)
        seen.append(raw.headers.get("x-finops-budget-warning"))
    assert seen == [None, "Warned 70%", "Warned 140%"]


def test_each_ending_settles_what_was_set_aside(door: tuple[Running, dict[str, str]], wall: Wall) -> None:
    """0.00032 USD have room for two calls, 0.00016 at most: what failed unread costs nothing, what was cut is paid."""
    small = client(door, "small")
    for _ in range(3):
        with pytest.raises(openai.InternalServerError):
            ask(small, "down")
    with pytest.raises(openai.APIError):
        list(ask(small, "cut", stream=True))
    assert words(ask(small, "ok", stream=True)) == ANSWER
    wall.reset()
    with pytest.raises(openai.RateLimitError):
        ask(small, "ok")
    assert wall.ledger() == []
    spent = sum(Decimal(repr(one.cost_estimated)) for one in door[0].records.requests if one.cost_estimated)
    assert COST_USD < spent < Decimal("0.00032")


def test_a_paid_failure_is_followed_by_another_target_only_if_there_is_money_for_both(
    door: tuple[Running, dict[str, str]], wall: Wall
) -> None:
    """0.000157 USD have room for one attempt, 0.000156 at most, but not beside what was read before the cut."""
    for name, models in (("free", ["cut", "ok"]), ("thin", ["cut"])):
        asking = client(door, name)
        wall.reset()
        door[0].records.attempts.clear()
        if name == "free":
            assert ask(asking, "rescued").choices[0].message.content == ANSWER
        else:
            with pytest.raises(openai.InternalServerError):
                ask(asking, "rescued")
        assert [one["model"] for one in wall.ledger()] == models
    assert [(one.model, one.error_type) for one in door[0].records.attempts][-1] == ("ok", "over_budget")


def test_a_client_that_leaves_ends_the_call(door: tuple[Running, dict[str, str]], wall: Wall) -> None:
    running, made = door
    running.records.requests.clear()
    host, port = running.root.removeprefix("http://").split(":")
    body = json.dumps({"model": "silent", "messages": HELLO}).encode()
    with socket.create_connection((host, int(port))) as leaving:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {made['free']}\r\n"
        leaving.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: any(one["model"] == "silent" for one in wall.ledger()))
    until(lambda: bool(running.records.requests))
    (record,) = running.records.requests
    assert (record.status, record.error_type) == ("cancelled", "cancelled")


def until(holds: Callable[[], bool]) -> None:
    until_s = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until_s
        threading.Event().wait(0.02)


def words(stream: Any) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
