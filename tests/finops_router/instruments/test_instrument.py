"""Each official SDK is recorded, and gives its caller what it gave before."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import anthropic
import openai
import pytest
from finops_router.attribution import attribution
from finops_router.errors import ConfigError
from finops_router.instruments import instrument
from finops_router.records import RequestRecord

from tests.finops_router.instruments.callers import ASK, CALLERS, USAGE, Caller, Kept, gemini
from tests.finops_router.providers.conftest import KEY, Server, serving
from tests.finops_router.providers.wires import ANTHROPIC, OPENAI, RESPONSES

# Google's SDK makes a class of aiohttp's in a way that aiohttp warns of.
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture(params=CALLERS, ids=lambda caller: caller.name)
def caller(request: pytest.FixtureRequest) -> Caller:
    made: Caller = request.param
    return made


def dumped(answer: Any) -> Any:
    return answer.model_dump(exclude={"sdk_http_response"})


def counts(record: RequestRecord) -> tuple[int | None, int | None, int | None]:
    return record.input_tokens, record.output_tokens, record.cache_read_input_tokens


def test_a_plain_answer_is_recorded_and_is_what_it_was(caller: Caller, server: Server, kept: Kept) -> None:
    server.answers_with(200, caller.wire.answer())
    before = caller.plain(caller.client(server, 0))
    with attribution(project="ranker", tags={"job": "nightly"}):
        after = caller.plain(instrument(caller.client(server, 0), kept, team="search", tags={"tier": "gold"}))
    assert dumped(before) == dumped(after)
    assert server.bodies[0] == server.bodies[1]
    record = kept.only
    assert (record.provider, record.model, record.response_id) == (caller.wire.name, caller.wire.target.model, "m-1")
    assert counts(record) == (1000, 50, 600)
    assert (record.status, record.stream, record.error_type, record.ttft_ms) == ("ok", False, None, None)
    assert (record.team, record.project, record.tags) == ("search", "ranker", {"tier": "gold", "job": "nightly"})
    assert record.end_user == (None if caller.name.startswith("gemini") else "u-1")
    assert record.latency_ms is not None
    assert record.unpriced_reason == "model"  # which no list of prices has


def test_a_streamed_answer_is_recorded_and_is_what_it_was(caller: Caller, server: Server, kept: Kept) -> None:
    done = b"data: [DONE]\n\n" if caller.wire is OPENAI else b""
    caller.wire.streams(server, *caller.wire.stream, then=done)
    before = caller.streamed(caller.client(server, 0))
    after = caller.streamed(instrument(caller.client(server, 0), kept))
    assert list(map(dumped, before)) == list(map(dumped, after))
    assert server.bodies[0] == server.bodies[1]
    record = kept.only
    assert counts(record) == (1000, 50, 600)
    assert (record.status, record.stream, record.response_id) == ("ok", True, "m-1")
    assert record.ttft_ms is not None
    assert record.latency_ms is not None
    assert record.ttft_ms <= record.latency_ms


def test_a_failed_call_is_recorded_and_raises_what_it_raised(caller: Caller, server: Server, kept: Kept) -> None:
    server.answers_with(400, caller.wire.error("no"))
    with pytest.raises(Exception, match="no") as before:
        caller.plain(caller.client(server, 0))
    with pytest.raises(Exception, match="no") as after:
        caller.plain(instrument(caller.client(server, 0), kept))
    assert type(before.value) is type(after.value)
    assert str(before.value) == str(after.value)
    record = kept.only
    assert (record.status, record.error_type) == ("error", type(after.value).__name__)
    assert (record.model, record.input_tokens, record.cost_estimated) == (caller.wire.target.model, None, None)


def test_a_stream_that_fails_is_recorded_as_failed(caller: Caller, server: Server, kept: Kept) -> None:
    caller.wire.streams(server, *caller.wire.stream[: caller.wire.text_events], then=caller.wire.late_error)
    with suppress(Exception):  # OpenAI's hands an error of the Responses API on as an event
        caller.streamed(instrument(caller.client(server, 0), kept))
    assert kept.only.status == "error"
    assert kept.only.error_type is not None


def test_a_connection_that_breaks_is_recorded(caller: Caller, server: Server, kept: Kept) -> None:
    server.answers_with(0, {})
    with pytest.raises(Exception, match=r"."):
        caller.plain(instrument(caller.client(server, 0), kept))
    assert kept.only.status == "error"


RETRYING = [one for one in CALLERS if not one.name.startswith("gemini")]


@pytest.mark.parametrize("caller", RETRYING, ids=lambda caller: caller.name)
def test_tries_again_are_of_one_call(caller: Caller, server: Server, kept: Kept) -> None:
    server.answers_with(500, caller.wire.error("try again"), Retry_After_Ms="1")
    server.answers_with(200, caller.wire.answer())
    caller.plain(instrument(caller.client(server, 1), kept))
    assert (kept.only.attempts, kept.only.status) == (2, "ok")
    assert counts(kept.only) == (1000, 50, 600)


def chat(client: Any, **how: Any) -> Any:
    return client.chat.completions.create(model="gpt-4o-mini", messages=ASK, **how)


@pytest.fixture
def client(server: Server, kept: Kept) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=KEY, base_url=server.url, max_retries=0) as made:
        yield instrument(made, kept)


def test_a_known_model_has_its_price(client: Any, server: Server, kept: Kept) -> None:
    server.answers_with(200, OPENAI.answer() | {"model": "gpt-4o-mini"})
    chat(client)
    assert (kept.only.cost_estimated, kept.only.cost_source) == (0.000135, "list")


def test_a_client_is_watched_once_and_its_copies_are_too(client: Any, server: Server, kept: Kept) -> None:
    server.answers_with(200, OPENAI.answer())
    instrument(client, kept)
    chat(client)
    chat(client.with_options(timeout=9))
    chat(client.copy(max_retries=1).with_options(timeout=9))
    assert len(kept.records) == 3


def test_another_client_of_the_same_http_library_is_left_alone(server: Server, kept: Kept) -> None:
    server.answers_with(200, OPENAI.answer())
    with openai.DefaultHttpxClient() as shared:
        watched = openai.OpenAI(api_key=KEY, base_url=server.url, http_client=shared)
        other = openai.OpenAI(api_key=KEY, base_url=server.url, http_client=shared)
        again = openai.OpenAI(api_key=KEY, base_url=server.url, http_client=shared)
        chat(instrument(watched, kept))
        chat(other)
        assert len(kept.records) == 1
        chat(instrument(again, kept))
        assert len(kept.records) == 2


def test_raw_and_streamed_responses_are_recorded(client: Any, server: Server, kept: Kept) -> None:
    server.answers_with(200, OPENAI.answer())
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=ASK)
    assert raw.parse().choices[0].message.content == "Hello"
    assert len(kept.records) == 1
    with client.chat.completions.with_streaming_response.create(model="gpt-4o-mini", messages=ASK) as response:
        assert len(kept.records) == 1
        assert response.parse().usage.prompt_tokens == 1000
    assert [counts(record) for record in kept.records] == [(1000, 50, 600)] * 2


def test_helpers_of_the_sdks_are_recorded(client: Any, server: Server, kept: Kept) -> None:
    OPENAI.streams(server, *OPENAI.stream, then=b"data: [DONE]\n\n")
    with client.chat.completions.stream(
        model="gpt-4o-mini", messages=ASK, stream_options={"include_usage": True}
    ) as events:
        assert events.get_final_completion().choices[0].message.content == "Hello"
    server.answers.clear()
    ANTHROPIC.streams(server, *ANTHROPIC.stream)
    made: Any = instrument(anthropic.Anthropic(api_key=KEY, base_url=server.root), kept)
    with made, made.messages.stream(model="claude-new-9", max_tokens=9, messages=ASK) as stream:
        assert "".join(stream.text_stream) == "Hello"
    assert [counts(record) for record in kept.records] == [(1000, 50, 600)] * 2


def test_vectors_are_counted(client: Any, server: Server, kept: Kept) -> None:
    vectors = [{"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}]
    usage = {"prompt_tokens": 8, "total_tokens": 8}
    answer = {"object": "list", "data": vectors, "model": "text-embedding-3-small", "usage": usage}
    server.answers_with(200, answer)
    found = client.embeddings.create(model="text-embedding-3-small", input="a", encoding_format="float")
    assert found.data[0].embedding == [0.5, 0.25]
    assert (kept.only.operation, kept.only.input_tokens) == ("embeddings", 8)
    assert kept.only.cost_estimated == 1.6e-07


def test_other_requests_are_no_calls(client: Any, server: Server, kept: Kept) -> None:
    server.answers_with(200, {"id": "modr-1", "model": "omni-moderation-latest", "results": []})
    client.moderations.create(input="a")
    assert kept.records == []


def test_a_stream_that_is_left_is_cancelled_with_what_is_known(server: Server, kept: Kept) -> None:
    ANTHROPIC.streams(server, *ANTHROPIC.stream)
    client: Any = instrument(anthropic.Anthropic(api_key=KEY, base_url=server.root), kept)
    with client:
        with client.messages.create(model="claude-new-9", max_tokens=9, messages=ASK, stream=True) as stream:
            next(iter(stream))
        assert kept.only.status in {"cancelled", "ok"}  # whether its end had come with the first piece


def test_a_stream_that_nobody_reads_is_recorded_when_it_is_closed_or_forgotten(
    client: Any, server: Server, kept: Kept
) -> None:
    OPENAI.streams(server, *OPENAI.stream)
    chat(client, **USAGE).close()
    assert (kept.only.status, kept.only.error_type) == ("cancelled", "cancelled")
    forgotten = chat(client, **USAGE)
    assert len(kept.records) == 1
    del forgotten
    gc.collect()
    assert [record.status for record in kept.records] == ["cancelled", "cancelled"]


def test_a_stream_without_usage_has_unknown_counts(client: Any, server: Server, kept: Kept) -> None:
    OPENAI.streams(server, *OPENAI.stream[:-1], then=b"data: [DONE]\n\n")
    list(chat(client, stream=True))
    assert (kept.only.status, kept.only.usage_source, kept.only.input_tokens) == ("ok", "none", None)
    assert kept.only.cost_estimated is None


def test_an_incomplete_response_is_an_answer(server: Server, kept: Kept) -> None:
    RESPONSES.streams(server, *RESPONSES.stream[:3], *RESPONSES.refused_end)
    with openai.OpenAI(api_key=KEY, base_url=server.url) as client:
        list(instrument(client, kept).responses.create(model="gpt-new-9", input="a", stream=True))
    assert (kept.only.status, counts(kept.only)) == ("ok", (1000, 50, 600))


def test_telemetry_in_trouble_costs_no_call(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Kept):
        def record(self, record: object) -> None:
            raise OSError("no telemetry")

    server.answers_with(200, OPENAI.answer())
    with openai.OpenAI(api_key=KEY, base_url=server.url) as client:
        assert chat(instrument(client, Broken())).choices[0].message.content == "Hello"
    assert "a call was not recorded: OSError('no telemetry')" in caplog.text


def test_the_provider_follows_from_the_client_or_is_given(server: Server, kept: Kept) -> None:
    server.answers_with(200, OPENAI.answer())
    azure = openai.AzureOpenAI(api_key=KEY, azure_endpoint=server.root, api_version="2026-01-01", max_retries=0)
    groq = openai.OpenAI(api_key=KEY, base_url=server.url)
    with azure, groq:
        chat(instrument(azure, kept))
        chat(instrument(groq, kept, provider="groq"))
    assert [record.provider for record in kept.records] == ["azure.ai.openai", "groq"]
    assert server.paths[0].startswith("/openai/deployments/gpt-4o-mini/chat/completions")


def test_no_text_is_recorded(caller: Caller, server: Server, kept: Kept) -> None:
    server.answers_with(200, caller.wire.answer())
    caller.plain(instrument(caller.client(server, 0), kept))
    said = str(kept.only)
    assert "question" not in said
    assert "Hello" not in said


def test_two_clients_of_google_are_apart(server: Server, kept: Kept) -> None:
    server.answers_with(200, CALLERS[-2].wire.answer())
    watched, other = instrument(instrument(gemini(server), kept), kept), gemini(server)
    for client in (watched, other):
        client.models.generate_content(model="gemini-new-9", contents="a")
        client.close()
    assert len(kept.records) == 1


def test_anything_else_is_an_error_that_says_what_to_give(kept: Kept) -> None:
    with pytest.raises(ConfigError, match=r"It is no client that is known: builtins\.dict"):
        instrument({}, kept)
