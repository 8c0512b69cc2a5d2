"""Bedrock's Converse: what is sent, images as bytes only, errors in the middle of a stream."""

from __future__ import annotations

import pytest
from finops_router.calls import Message
from finops_router.errors import ConfigError, RateLimited, Rejected
from finops_router.providers.known import connect

from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import BEDROCK, asked, bedrock_answer


def test_messages_become_alternating_turns(server: Server) -> None:
    server.answers_with(200, bedrock_answer())
    BEDROCK.ask(server)
    (body,) = server.bodies
    assert body["system"] == [{"text": "Be brief."}]
    assert body["inferenceConfig"] == {"maxTokens": 99}
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][0]["content"][0]["image"]["format"] == "png"
    assert [part["toolResult"]["toolUseId"] for part in body["messages"][2]["content"]] == ["t0", "t1"]
    assert body["toolConfig"]["tools"][0]["toolSpec"]["name"] == "look"


def test_cache_writes_are_counted(server: Server) -> None:
    server.answers_with(200, bedrock_answer())
    assert BEDROCK.ask(server).usage.cache_write_input_tokens == 100


def test_a_throttled_stream_is_a_rate_limit(server: Server) -> None:
    BEDROCK.streams(server, *BEDROCK.stream[:2], then=BEDROCK.late_error)
    with pytest.raises(RateLimited):
        BEDROCK.listen(server)


@pytest.mark.parametrize("url", ["https://example.com/a.png", "data:image/png;base64,?"])
def test_an_image_it_cannot_take_is_refused_before_it_is_sent(url: str, server: Server) -> None:
    with pytest.raises(Rejected):
        BEDROCK.ask(server, asked(messages=(Message(role="user", text="See", image_urls=(url,)),)))
    assert server.bodies == []


def test_without_a_region_there_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(ConfigError, match=r"No region for aws\.bedrock"):
        connect("aws.bedrock", None)
