"""An answer that broke off is continued by a model that takes its text, and by no other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from finops_router.calls import Delta, Message, Piece, Reply, Request, Restart, Target, Tool, Usage
from finops_router.demo.clock import run_virtual
from finops_router.errors import AllTargetsFailed, Refused, Rejected, ServerFailed, StreamCut

from tests.finops_router.router_fixture import A, B, chat, request, router_over

CONTINUES = replace(B, prefill=True)
ASKED = replace(request(), messages=(Message(role="user", text="Count."),), max_output_tokens=100)
Step = str | bytes | Exception


class TextProvider:
    """A provider that sends texts and errors by turn, ends with the whole of its texts, and keeps the requests.

    Bytes are a piece of its own wire that has no text: part of a tool call.
    """

    def __init__(self, **turns: list[list[Step]]) -> None:
        self.asked: list[tuple[str, Request]] = []
        self._turns = {name: iter(steps) for name, steps in turns.items()}

    async def complete(self, target: Target, request: Request) -> Reply:
        raise NotImplementedError

    async def stream(self, target: Target, request: Request) -> AsyncGenerator[Delta | Reply, None]:
        self.asked.append((target.provider, request))
        text = ""
        for step in next(self._turns[target.provider]):
            if isinstance(step, Exception):
                raise step
            if isinstance(step, bytes):
                yield Delta(text="", raw=step)
                continue
            text += step
            yield Delta(text=step)
        yield Reply(model=target.model, usage=Usage(input_tokens=9, output_tokens=1), text=text)


def collect(
    provider: TextProvider, asked: Request = ASKED, live: bool = True, second: Target = CONTINUES
) -> list[Piece]:
    got: list[Piece] = []
    router, _ = router_over(provider, chat((A, second), "fixed", deadline_s=60.0))

    async def listen() -> None:
        async for piece in router.stream(asked, live=live):
            got.append(piece)

    run_virtual(listen())
    return got


def texts(got: list[Piece]) -> list[str]:
    return [piece.text for piece in got if isinstance(piece, Delta)]


@pytest.mark.parametrize("live", [True, False])
def test_the_next_model_gets_the_text_and_the_caller_the_whole(live: bool) -> None:
    provider = TextProvider(openai=[["one, ", "two", StreamCut("reset")]], anthropic=[[", three"]])
    got = collect(provider, live=live)
    assert texts(got) == ["one, ", "two", ", three"]
    assert Restart() not in got
    assert isinstance(got[-1], Reply)
    assert (got[-1].text, got[-1].model) == ("one, two, three", CONTINUES.model)
    (_, again) = provider.asked[1]
    assert again.messages == (*ASKED.messages, Message(role="assistant", text="one, two"))
    assert (again.estimated_input_tokens, again.max_output_tokens) == (1002, 98)


def test_the_space_at_the_end_is_neither_sent_nor_shown_twice() -> None:
    provider = TextProvider(openai=[["one, ", StreamCut("reset")]], anthropic=[[" ", " two"]])
    got = collect(provider)
    assert provider.asked[1][1].messages[-1].text == "one,"
    assert "".join(texts(got)) == "one, two"
    assert isinstance(got[-1], Reply)
    assert got[-1].text == "one, two"


@pytest.mark.parametrize(
    ("asked", "second"),
    [
        (ASKED, B),
        (replace(ASKED, tools=(Tool(name="look", description="", parameters={}),)), CONTINUES),
        (replace(ASKED, json_schema={"type": "object"}), CONTINUES),
    ],
)
def test_a_text_that_cannot_be_continued_is_void(asked: Request, second: Target) -> None:
    provider = TextProvider(openai=[["one", StreamCut("reset")]], anthropic=[["whole"]])
    got = collect(provider, asked, second=second)
    assert got[:3] == [Delta(text="one"), Restart(), Delta(text="whole")]
    assert provider.asked[1][1].messages == ASKED.messages


@pytest.mark.parametrize("failure", [StreamCut("reset"), ServerFailed("500", 500)])
def test_pieces_without_text_are_void_too(failure: Exception) -> None:
    provider = TextProvider(openai=[[b"half a call", failure]], anthropic=[[b"a call"]])
    assert collect(provider)[:3] == [Delta(text="", raw=b"half a call"), Restart(), Delta(text="", raw=b"a call")]
    provider = TextProvider(openai=[[b"half a call", failure]], anthropic=[[b"a call"]])
    assert collect(provider, live=False)[:-1] == [Delta(text="", raw=b"a call")]


def test_a_model_that_rejects_a_prefix_after_all_is_asked_without() -> None:
    provider = TextProvider(openai=[["one", StreamCut("reset")]], anthropic=[[Rejected("no prefill", 400)], ["whole"]])
    got = collect(provider)
    assert got[:3] == [Delta(text="one"), Restart(), Delta(text="whole")]
    assert [name for name, _ in provider.asked] == ["openai", "anthropic", "anthropic"]
    assert provider.asked[2][1].messages == ASKED.messages


def test_what_is_refused_for_its_content_is_passed_on() -> None:
    provider = TextProvider(openai=[["one", StreamCut("reset")]], anthropic=[[Refused("unsafe", 400)]])
    with pytest.raises(Refused, match="unsafe"):
        collect(provider)
    assert len(provider.asked) == 2


def test_two_that_break_off_end_in_an_error_and_never_in_an_answer() -> None:
    provider = TextProvider(openai=[["one", StreamCut("reset")]] * 9, anthropic=[["two", StreamCut("reset")]] * 9)
    with pytest.raises(AllTargetsFailed, match="stream_cut"):
        collect(provider)
