"""What the router may expect of every wire that makes embeddings: all vectors, sound and in order, or an error."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from finops_router.calls import EmbeddingRequest, Target
from finops_router.errors import (
    ContextTooLong,
    Declined,
    KeyRefused,
    ModelUnknown,
    ProviderError,
    RateLimited,
    ServerFailed,
    StreamCut,
    Unavailable,
)
from finops_router.providers import Embedder
from finops_router.providers.known import connect

from tests.finops_router.providers.conftest import KEY, Server
from tests.finops_router.providers.embedding_wires import (
    EMBED,
    EMBEDDING_WIRES,
    GEMINI,
    OPENAI,
    TEXTS,
    VECTORS,
    EmbeddingWire,
    encoded,
)
from tests.finops_router.providers.wires import Json

each_wire = pytest.mark.parametrize("wire", EMBEDDING_WIRES, ids=[wire.wire for wire in EMBEDDING_WIRES])


@each_wire
def test_an_answer_has_a_vector_for_each_input_and_what_it_used(wire: EmbeddingWire, server: Server) -> None:
    server.answers_with(200, wire.answer())
    reply = wire.embed(server)
    assert tuple(map(tuple, reply.vectors)) == VECTORS
    assert {vector.typecode for vector in reply.vectors} == {"f"}
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.source) == (8, 0, "provider")
    assert reply.model == wire.target.model


@pytest.mark.parametrize("wire", [OPENAI, GEMINI], ids=["openai", "gemini"])
def test_lists_of_numbers_are_vectors_on_every_wire(wire: EmbeddingWire, server: Server) -> None:
    server.answers_with(200, wire.answer([[1, 2.5e-1, -3], [4.0, 5, 6]]))
    assert [vector.tolist() for vector in wire.embed(server).vectors] == [[1.0, 0.25, -3.0], [4.0, 5.0, 6.0]]


def test_vectors_are_in_the_order_of_the_inputs_whatever_order_they_come_in(server: Server) -> None:
    answer = OPENAI.answer()
    answer["data"].reverse()
    server.answers_with(200, answer)
    assert tuple(map(tuple, OPENAI.embed(server).vectors)) == VECTORS


@pytest.mark.parametrize(
    "vectors",
    [
        [],
        [VECTORS[0]],
        [*VECTORS, VECTORS[0]],
        [VECTORS[0], None],
        [VECTORS[0], 5],
        [VECTORS[0], {}],
        [VECTORS[0], "words"],
        [VECTORS[0], "AAA="],  # no whole float
        [VECTORS[0], encoded(VECTORS[1]) + "!"],
        [VECTORS[0], [1.0, 2.0]],  # of another length
        [(), ()],
        [[], []],
        [VECTORS[0], [1.0, "2.0", 3.0]],
        [VECTORS[0], [1.0, None, 3.0]],
        [VECTORS[0], [1.0, True, 3.0]],
        [VECTORS[0], [1.0, [2.0], 3.0]],
        [VECTORS[0], [1.0, 1e300, 3.0]],  # no 32-bit float
        [VECTORS[0], encoded((1.0, float("nan"), 3.0))],
        [VECTORS[0], encoded((1.0, float("inf"), float("-inf")))],
    ],
    ids=lambda vectors: str(vectors)[:60],
)
@each_wire
def test_vectors_that_cannot_be_are_an_error_that_knows_what_was_used(
    wire: EmbeddingWire, vectors: list[Any], server: Server
) -> None:
    server.answers_with(200, wire.answer(vectors))
    with pytest.raises(StreamCut) as failed:
        wire.embed(server)
    partial = failed.value.partial
    assert partial is not None
    assert partial.is_final
    assert partial.usage is not None
    assert (partial.usage.input_tokens, partial.usage.output_tokens, partial.usage.source) == (8, 0, "provider")


@each_wire
def test_a_number_that_json_does_not_have_is_an_error(wire: EmbeddingWire, server: Server) -> None:
    content = json.dumps(wire.answer([VECTORS[0], [1.0, float("nan"), 3.0]])).encode()
    assert b"NaN" in content
    server.answers_with(200, content, Kind="application/json")
    with pytest.raises(StreamCut):
        wire.embed(server)


@pytest.mark.parametrize("indexes", [(0, 0), (1, 2), (0, None), ("0", "1"), (0, 1.0), (False, True)])
def test_without_an_index_each_no_vector_is_given_to_a_text(indexes: tuple[Any, Any], server: Server) -> None:
    answer = OPENAI.answer()
    for item, index in zip(answer["data"], indexes, strict=True):
        item["index"] = index
    server.answers_with(200, answer)
    with pytest.raises(StreamCut, match="index"):
        OPENAI.embed(server)
    del answer["data"][0]["index"]
    server.answers.clear()
    server.answers_with(200, answer)
    with pytest.raises(StreamCut, match="index"):
        OPENAI.embed(server)


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": "x"}, {"embeddings": {}}, [], "x", None, 7])
@each_wire
def test_an_answer_of_another_shape_is_an_error(wire: EmbeddingWire, answer: object, server: Server) -> None:
    server.answers_with(200, answer)
    with pytest.raises(ProviderError):
        wire.embed(server)


@each_wire
def test_vectors_have_the_length_that_was_asked_for(wire: EmbeddingWire, server: Server) -> None:
    server.answers_with(200, wire.answer())
    assert {len(vector) for vector in wire.embed(server, replace(EMBED, dimensions=3)).vectors} == {3}
    with pytest.raises(StreamCut, match="a vector of 3 numbers, not 2"):
        wire.embed(server, replace(EMBED, dimensions=2))


@each_wire
def test_a_server_that_counts_nothing_gets_an_estimate(wire: EmbeddingWire, server: Server) -> None:
    answer = wire.answer()
    del answer["usage" if wire.place == "data" else "usageMetadata"]
    server.answers_with(200, answer)
    usage = wire.embed(server).usage
    assert (usage.input_tokens, usage.output_tokens, usage.source) == (3 + 3, 0, "estimated")


@pytest.mark.parametrize(
    ("counts", "tokens"),
    [
        ({"total_tokens": 9}, 9),
        ({"prompt_tokens": 9, "completion_tokens": 0, "total_tokens": 9}, 9),
        ({"prompt_tokens": 9, "total_tokens": 9, "completion_tokens": None}, 9),
    ],
)
def test_imitators_count_in_their_own_words(counts: Json, tokens: int, server: Server) -> None:
    server.answers_with(200, OPENAI.answer() | {"usage": counts})
    usage = OPENAI.embed(server, target=Target(provider="ollama", model="nomic-embed-text")).usage
    assert (usage.input_tokens, usage.output_tokens, usage.source) == (tokens, 0, "provider")


def test_an_amount_that_the_provider_charged_is_kept(server: Server) -> None:
    server.answers_with(200, OPENAI.answer() | {"usage": {"prompt_tokens": 8, "total_tokens": 8, "cost": 0.00016}})
    usage = OPENAI.embed(server, target=Target(provider="openrouter", model="openai/text-embedding-3-small")).usage
    assert (usage.input_tokens, str(usage.charged_usd)) == (8, "0.00016")


@each_wire
def test_counts_that_cannot_be_true_are_unknown(wire: EmbeddingWire, server: Server) -> None:
    server.answers_with(200, wire.answer(used=-5))
    assert wire.embed(server).usage.source != "provider"


def test_tokens_are_sent_as_tokens_where_they_are_taken_and_declined_elsewhere(server: Server) -> None:
    tokens = EmbeddingRequest(request_id="q", group="vectors", inputs=[[1, 2, 3], [4]], dimensions=3)
    server.answers_with(200, OPENAI.answer())
    OPENAI.embed(server, tokens)
    assert server.bodies[0]["input"] == [[1, 2, 3], [4]]
    with pytest.raises(Declined, match="texts alone"):
        GEMINI.embed(server, tokens)
    assert len(server.bodies) == 1


@pytest.mark.parametrize(("name", "is_one"), [("openai", True), ("gcp.gemini", True), ("mistral_ai", True),
                                              ("anthropic", False), ("aws.bedrock", False)])  # fmt: skip
def test_who_makes_embeddings(name: str, is_one: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert isinstance(connect(name, None), Embedder) is is_one


def test_mistral_is_asked_for_dimensions_in_its_own_word(server: Server) -> None:
    server.answers_with(200, OPENAI.answer())
    OPENAI.embed(server, replace(EMBED, dimensions=3), Target(provider="mistral_ai", model="codestral-embed"))
    assert server.bodies == [
        {"model": "codestral-embed", "input": list(TEXTS), "encoding_format": "base64", "output_dimension": 3}
    ]


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (429, "slow down", RateLimited),
        (500, "oops", ServerFailed),
        (503, "later", Unavailable),
        (401, "no", KeyRefused),
        (404, "no such model", ModelUnknown),
        (400, "This model's maximum context length is 8192 tokens, however you requested 9000", ContextTooLong),
        (400, "This model does not support embeddings", Declined),
        (400, "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch", Declined),
    ],
)
@each_wire
def test_each_failure_is_one_of_ours(
    wire: EmbeddingWire, server: Server, status: int, message: str, kind: type[ProviderError]
) -> None:
    server.answers_with(status, wire.error(message))
    with pytest.raises(ProviderError) as failed:
        wire.embed(server)
    assert type(failed.value) is kind
    assert failed.value.http_status == status
    assert len(server.bodies) == 1


@pytest.mark.parametrize("words", ["generate embeddings", "sample"])
def test_a_model_that_cannot_blames_neither_the_key_nor_the_provider(words: str, server: Server) -> None:
    server.answers_with(403, OPENAI.error(f"You are not allowed to {words} from this model"))
    with pytest.raises(Declined):
        OPENAI.embed(server)


@pytest.mark.parametrize("body", [{"object": "error", "message": "overloaded", "code": 503}, {"detail": "overloaded"}])
def test_an_error_of_a_shape_of_its_own_within_an_answer_is_an_error(body: Json, server: Server) -> None:
    server.answers_with(200, body)
    with pytest.raises(Unavailable, match="overloaded"):
        OPENAI.embed(server)
