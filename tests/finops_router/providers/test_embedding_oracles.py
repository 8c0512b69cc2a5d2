"""The official SDKs as oracles of embeddings: what they send for a request we send, what they read we read."""

from __future__ import annotations

import asyncio
import base64
from array import array
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import pytest
from finops_router.calls import EmbeddingReply, EmbeddingRequest
from google.genai import Client
from google.genai.types import Content, HttpOptions, Part
from httpx2 import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai import AsyncOpenAI

from tests.finops_router.providers.conftest import KEY, Server
from tests.finops_router.providers.embedding_wires import GEMINI, OPENAI, RESPONSES, EmbeddingWire
from tests.finops_router.providers.oracles import said
from tests.finops_router.providers.wires import Json, closed

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of the SDKs' own clients
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SENT_HEADERS = ("authorization", "x-goog-api-key", "content-type")
texts = st.lists(said, min_size=1, max_size=4)
tokens = st.lists(st.lists(st.integers(0, 10**5), min_size=1, max_size=4), min_size=1, max_size=3)
dimensions = st.none() | st.integers(1, 4)
numbers = st.floats(-1, 1, width=32)


Facts = tuple[list[list[float]], int]  # vectors in their order, and tokens


class Oracle(NamedTuple):
    """A wire of ours, the SDK's way to ask the same server, and what the SDK reads of an answer."""

    wire: EmbeddingWire
    ask: Callable[[EmbeddingRequest], Awaitable[Any]]
    facts: Callable[[Any], Facts]


def openai_oracle(wire: EmbeddingWire, server: Server) -> Oracle:
    client = AsyncOpenAI(api_key=KEY, base_url=server.url, max_retries=0)

    async def ask(request: EmbeddingRequest) -> Any:
        body: Json = {"input": [one if isinstance(one, str) else list(one) for one in request.inputs]}
        if request.dimensions is not None:
            body["dimensions"] = request.dimensions
        return await client.embeddings.create(model=wire.target.model, **body)

    def facts(answer: Any) -> Facts:
        ordered = sorted(answer.data, key=lambda one: int(one.index))
        return [one.embedding for one in ordered], answer.usage.prompt_tokens

    return Oracle(wire, ask, facts)


def google_oracle(wire: EmbeddingWire, server: Server) -> Oracle:
    options = HttpOptions(base_url=server.root, httpx_async_client=AsyncClient())  # else it takes ours, and warns
    models = Client(api_key=KEY, http_options=options).aio.models

    async def ask(request: EmbeddingRequest) -> Any:
        body: Json = {"contents": [Content(role="user", parts=[Part(text=str(one))]) for one in request.inputs]}
        return await models.embed_content(
            model=wire.target.model, config={"output_dimensionality": request.dimensions}, **body
        )

    def facts(answer: Any) -> Facts:
        return [one.values for one in answer.embeddings], answer.usage_metadata.prompt_token_count

    return Oracle(wire, ask, facts)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module", autouse=True)
def _module_keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        for name in ("OPENAI_API_KEY", "GEMINI_API_KEY"):
            environment.setenv(name, KEY)
        yield


@pytest.fixture(scope="module", params=[OPENAI, RESPONSES, GEMINI], ids=lambda wire: str(wire.wire))
def oracle(request: pytest.FixtureRequest, lasting_server: Server) -> Oracle:
    make = google_oracle if request.param is GEMINI else openai_oracle
    return make(request.param, lasting_server)


def ask_both(
    loop: asyncio.Runner, server: Server, oracle: Oracle, request: EmbeddingRequest
) -> tuple[EmbeddingReply, Any]:
    async def run() -> tuple[EmbeddingReply, Any]:
        provider = oracle.wire.provider(server)
        reply = await provider.embed(oracle.wire.target, request)
        await closed(provider)
        return reply, await oracle.ask(request)

    for seen in (server.bodies, server.paths, server.headers, server.keys):
        seen.clear()
    return loop.run(run())


@given(data=st.data(), length=dimensions)
@few
def test_what_the_sdk_sends_for_a_request_we_send(
    loop: asyncio.Runner, lasting_server: Server, oracle: Oracle, data: st.DataObject, length: int | None
) -> None:
    inputs = data.draw(texts if oracle.wire is GEMINI else st.one_of(texts, tokens))
    request = EmbeddingRequest(request_id="q", group="vectors", inputs=inputs, dimensions=length)
    lasting_server.answers.clear()
    lasting_server.answers_with(200, oracle.wire.answer([(0.5,) * (length or 3)] * len(inputs)))
    ask_both(loop, lasting_server, oracle, request)
    ours, theirs = lasting_server.bodies
    assert ours == theirs
    assert lasting_server.paths[0] == lasting_server.paths[1]
    for name in SENT_HEADERS:
        assert lasting_server.headers[0].get(name) == lasting_server.headers[1].get(name)


@given(data=st.data(), count=st.integers(1, 4), used=st.integers(1, 10**6))
@few
def test_what_the_sdk_reads_of_an_answer_we_read(
    loop: asyncio.Runner, lasting_server: Server, oracle: Oracle, data: st.DataObject, count: int, used: int
) -> None:
    one_vector = st.tuples(*[numbers] * data.draw(st.integers(1, 5)))
    vectors = data.draw(st.lists(one_vector, min_size=count, max_size=count))
    sent: list[Any] = [data.draw(st.sampled_from([one, list(one)])) for one in vectors]  # in base64, or as numbers
    answer = oracle.wire.answer(sent, used)
    if oracle.wire is not GEMINI:
        answer["data"] = data.draw(st.permutations(answer["data"]))
    lasting_server.answers.clear()
    lasting_server.answers_with(200, answer)
    request = EmbeddingRequest(request_id="q", group="vectors", inputs=["a"] * count)
    reply, theirs = ask_both(loop, lasting_server, oracle, request)
    assert ([list(vector) for vector in reply.vectors], reply.usage.input_tokens) == oracle.facts(theirs)
    if oracle.wire is not GEMINI:
        assert reply.model == theirs.model


def test_the_sdk_of_openai_asks_everybody_for_base64_and_reads_32_bit_floats(
    loop: asyncio.Runner, lasting_server: Server
) -> None:
    """The reason why we do: who imitates OpenAI must cope with it already."""
    vector = array("f", [0.1, -0.7])
    lasting_server.answers.clear()
    lasting_server.answers_with(200, OPENAI.answer([base64.b64encode(vector.tobytes()).decode()]))
    one = EmbeddingRequest(request_id="q", group="vectors", inputs=["a"])
    reply, theirs = ask_both(loop, lasting_server, openai_oracle(OPENAI, lasting_server), one)
    assert [body["encoding_format"] for body in lasting_server.bodies] == ["base64", "base64"]
    assert theirs.data[0].embedding == list(vector) == list(reply.vectors[0])
