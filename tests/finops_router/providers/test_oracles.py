"""The official SDKs as oracles: what they send for a request we send, what they read of an answer we read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest
from finops_router.calls import Reply, Request
from finops_router.providers.known import connect
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.finops_router.providers.conftest import KEY, Server
from tests.finops_router.providers.oracles import (
    ANSWERS,
    ASK,
    FACTS,
    MAKE,
    Oracle,
    answers,
    facts_of,
    requests,
    streams_of,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:The model .* is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of the SDKs' own clients
]
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SENT_HEADERS = ("authorization", "x-api-key", "x-goog-api-key", "anthropic-version", "content-type")
OURS = {"data", "name", "args", "response", "parametersJsonSchema", "responseJsonSchema"}  # whose keys are not Google's


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module", autouse=True)
def _module_keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"):
            environment.setenv(name, KEY)
        yield


@pytest.fixture(scope="module", params=list(MAKE))
def oracle(request: pytest.FixtureRequest, lasting_server: Server) -> Oracle:
    return MAKE[request.param](lasting_server)


def camel(node: Any) -> Any:
    """The same with the names of Google's fields as its documents have them; it takes both."""
    if isinstance(node, list):
        return [camel(one) for one in node]
    if not isinstance(node, dict):
        return node
    named = {re.sub(r"_([a-z])", lambda found: found[1].upper(), key): value for key, value in node.items()}
    return {key: value if key in OURS else camel(value) for key, value in named.items()}


def ask_both(
    loop: asyncio.Runner, server: Server, oracle: Oracle, request: Request, streamed: bool
) -> tuple[Reply, list[Any]]:
    """Our reply and what the SDK gives: its answer, or its events."""
    provider = connect(oracle.target.provider, oracle.settings)

    async def run() -> tuple[Reply, list[Any]]:
        if not streamed:
            return await provider.complete(oracle.target, request), [await oracle.plain(request)]
        async with aclosing(provider.stream(oracle.target, request)) as stream:
            reply = [piece async for piece in stream][-1]
        assert isinstance(reply, Reply)
        return reply, [event async for event in oracle.streamed(request)]

    server.bodies.clear()
    server.paths.clear()
    server.headers.clear()
    server.keys.clear()
    return loop.run(run())


@given(request=requests, streamed=st.booleans())
@few
def test_what_the_sdk_sends_for_a_request_we_send(
    loop: asyncio.Runner, lasting_server: Server, oracle: Oracle, request: Request, streamed: bool
) -> None:
    server, answer = lasting_server, ANSWERS[oracle.wire]
    server.answers.clear()
    if streamed:
        server.answers_with(200, streams_of(oracle.wire, answer))
    else:
        server.answers_with(200, answer)
    ask_both(loop, server, oracle, request, streamed)
    ours, theirs = server.bodies
    google = oracle.wire == "gemini"
    assert ours == (camel(theirs) if google else theirs)
    assert server.paths[0] == server.paths[1]
    for name in SENT_HEADERS:
        assert server.headers[0].get(name) == server.headers[1].get(name)


@given(data=st.data(), streamed=st.booleans())
@few
def test_what_the_sdk_reads_of_an_answer_we_read(
    loop: asyncio.Runner, lasting_server: Server, oracle: Oracle, data: st.DataObject, streamed: bool
) -> None:
    answer = data.draw(answers(oracle.wire))
    lasting_server.answers.clear()
    lasting_server.answers_with(200, streams_of(oracle.wire, answer) if streamed else answer)
    reply, theirs = ask_both(loop, lasting_server, oracle, ASK, streamed)
    assert facts_of(reply) == FACTS[oracle.wire](theirs)
