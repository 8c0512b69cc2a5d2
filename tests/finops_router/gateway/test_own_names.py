"""Without a key it is served under this machine's own names alone: another name may have been made to lead here."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest
from finops_router.settings.gateway import GatewayConfig

from tests.finops_router.gateway.running import Running, group, provider, running

ALONE = group(("wall", "ok")) + provider("wall", "openai", "http://127.0.0.1:1")
PATHS = [("GET", "/metrics"), ("GET", "/v1/models"), ("POST", "/v1/chat/completions"), ("POST", "/v1/messages")]
OTHERS = ["evil.example", "evil.example:4000", "127.0.0.1.evil.example", "", "[::2]:4000"]
OWN = ["localhost", "LOCALHOST:4000", "127.0.0.1:1", "[::1]:4000", "[::1]"]


@pytest.fixture(scope="module")
def alone() -> Iterator[Running]:
    with running(ALONE) as found:
        yield found


def status(found: Running, method: str, path: str, host: str) -> tuple[int, bytes]:
    place = found.root.removeprefix("http://")
    connection = http.client.HTTPConnection(place, timeout=20)
    connection.request(method, path, b"{}" if method == "POST" else None, {"Host": host})
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("host", OTHERS)
def test_a_name_of_somebody_else_that_leads_here_gets_nothing(
    alone: Running, method: str, path: str, host: str
) -> None:
    found, body = status(alone, method, path, host)
    assert (found, b"own names alone" in body) == (421, True)


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("host", OWN)
def test_own_names_are_served(alone: Running, method: str, path: str, host: str) -> None:
    assert status(alone, method, path, host)[0] == (200 if method == "GET" else 400)


def test_behind_a_proxy_it_may_be_any_name() -> None:
    with running(ALONE, GatewayConfig(trusted_proxies=("10.0.0.0/8",))) as found:
        assert status(found, "GET", "/v1/models", "llm.example")[0] == 200


def test_probes_ask_for_no_name(alone: Running) -> None:
    for path in ("/healthz", "/readyz"):
        assert status(alone, "GET", path, "10.1.2.3:4000")[0] == 200
