"""The accumulator that every wire fills, and the loop that fills it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from finops_router.calls import Delta, Reply, Served, Target, ToolCall, Usage
from finops_router.demo.clock import run_virtual
from finops_router.errors import ProviderError, RateLimited, Refused, StreamCut, Unavailable
from finops_router.providers.streamed_reply import Event, StreamedReply, pieces

from tests.finops_router.router_fixture import request

TARGET = Target(provider="acme", model="m-1")


def test_tool_calls_are_put_together_from_their_pieces_in_their_order() -> None:
    answer = StreamedReply()
    answer.add_tool(1, "t2", "run")
    answer.add_tool(0, "t1", "look", '{"a"')
    answer.add_arguments(0, ": 1}")
    assert answer.tool_calls == (
        ToolCall(id="t1", name="look", arguments='{"a": 1}'),
        ToolCall(id="t2", name="run", arguments="{}"),
    )


def test_arguments_of_a_tool_call_that_never_started_are_no_answer() -> None:
    with pytest.raises(StreamCut):
        StreamedReply().add_arguments(0, "{}")


def test_the_time_to_the_first_text_is_kept_and_usage_that_nobody_reported_is_estimated() -> None:
    answer = StreamedReply(response_id="r-1", service_tier="flex")
    answer.add_text("Hello", 250.5004)
    answer.add_text(" world", 900.0)
    assert answer.reply(TARGET, request(), "stop", None) == Reply(
        model="m-1",
        usage=Usage(input_tokens=1000, output_tokens=3, source="estimated"),
        text="Hello world",
        finish_reason="stop",
        response_id="r-1",
        ttft_ms=250.5,
        served=Served(service_tier="flex"),
    )


def test_an_ending_is_a_word_of_ours_a_refusal_or_no_end() -> None:
    assert StreamedReply(stop="END").finish_reason(TARGET, {"END": "stop"}, ()) == "stop"
    with pytest.raises(Refused, match="FILTER"):
        StreamedReply(stop="FILTER").finish_reason(TARGET, {"END": "stop"}, {"FILTER"})
    for stop in (None, "NEW"):
        with pytest.raises(StreamCut, match="acme/m-1"):
            StreamedReply(stop=stop).finish_reason(TARGET, {"END": "stop"}, ())


def collected(*events: str | Exception) -> tuple[list[Delta | Reply], list[str]]:
    """Run `pieces` over events that are texts; what it yielded, and whether the events were closed."""
    got: list[Delta | Reply] = []
    closed: list[str] = []

    async def source() -> AsyncGenerator[Event, None]:
        try:
            for event in events:
                if isinstance(event, Exception):
                    raise event
                yield {"text": event}
        finally:
            closed.append("closed")

    def finish(answer: StreamedReply) -> Reply:
        return answer.reply(TARGET, request(), "stop", None)

    async def run() -> None:
        async for piece in pieces(source(), lambda _, event: str(event["text"]), finish):
            got.append(piece)

    run_virtual(run())
    return got, closed


def test_texts_become_deltas_and_then_the_reply() -> None:
    got, closed = collected("Hel", "", "lo")
    assert got[:-1] == [Delta(text="Hel"), Delta(text="lo")]
    assert isinstance(got[-1], Reply)
    assert got[-1].text == "Hello"
    assert closed == ["closed"]


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ((ConnectionResetError(),), Unavailable),
        (("Hel", ConnectionResetError()), StreamCut),
        (("Hel", KeyError("index")), StreamCut),
        (("Hel", RateLimited("slow down", 429)), RateLimited),
    ],
)
def test_what_breaks_a_stream_is_one_of_our_errors(
    events: tuple[str | Exception, ...], kind: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as failed:
        collected(*events)
    assert type(failed.value) is kind
