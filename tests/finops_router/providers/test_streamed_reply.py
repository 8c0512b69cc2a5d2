"""The accumulator that every wire fills, and the loop that fills it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import pytest
from finops_router.calls import UNKNOWN_USAGE, Delta, Partial, Reply, Served, Target, ToolCall, Usage
from finops_router.demo.clock import run_virtual
from finops_router.errors import ProviderError, RateLimited, Refused, StreamCut, Unavailable
from finops_router.providers.streamed_reply import Event, StreamedReply, pieces

from tests.finops_router.router_fixture import request

TARGET = Target(provider="acme", model="m-1")


def read(counts: Mapping[str, Any]) -> Usage | None:
    """A wire's reading: `in` and `out`, None without them."""
    if "in" not in counts:
        return None
    return Usage(input_tokens=counts["in"], output_tokens=int(counts.get("out", 0)))


def answered(**known: Any) -> StreamedReply:
    return StreamedReply(TARGET, read, **known)


def test_tool_calls_are_put_together_from_their_pieces_in_their_order() -> None:
    answer = answered()
    answer.add_tool(1, "t2", "run")
    answer.add_tool(0, "t1", "look", '{"a"')
    answer.add_arguments(0, ": 1}")
    assert answer.tool_calls == (
        ToolCall(id="t1", name="look", arguments='{"a": 1}'),
        ToolCall(id="t2", name="run", arguments="{}"),
    )


def test_arguments_of_a_tool_call_that_never_started_are_no_answer() -> None:
    with pytest.raises(StreamCut):
        answered().add_arguments(0, "{}")


def test_the_time_to_the_first_text_is_kept_and_usage_that_nobody_reported_is_estimated() -> None:
    answer = answered(response_id="r-1", served=Served(service_tier="flex"))
    answer.add_text("Hello", 250.5004)
    answer.add_text(" world", 900.0)
    assert answer.reply(request(), "stop") == Reply(
        model="m-1",
        usage=Usage(input_tokens=1000, output_tokens=3, source="estimated"),
        text="Hello world",
        finish_reason="stop",
        response_id="r-1",
        ttft_ms=250.5,
        served=Served(service_tier="flex"),
    )


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        ({"in": 900, "out": 70}, Usage(input_tokens=900, output_tokens=70)),
        ({"in": 0, "out": 0}, UNKNOWN_USAGE),
        ({"in": 900, "out": 0}, UNKNOWN_USAGE),
        ({"in": 0, "out": 70}, UNKNOWN_USAGE),
        ({"out": 70}, UNKNOWN_USAGE),
        ({"in": 900, "out": "many"}, UNKNOWN_USAGE),
        ({"in": 900, "out": -1}, UNKNOWN_USAGE),
        ({}, Usage(input_tokens=1000, output_tokens=75, source="estimated")),
    ],
    ids=str,
)
def test_counts_that_cannot_be_true_of_sixty_words_are_unknown(counts: dict[str, Any], usage: Usage) -> None:
    answer = answered(stop="END")
    answer.add_text("word " * 60)
    answer.add_usage(counts)
    assert answer.reply(request(), "stop").usage == usage


def test_an_answer_of_nothing_may_have_no_output() -> None:
    answer = answered(stop="END")
    answer.add_usage({"in": 900, "out": 0})
    assert answer.reply(request(), "stop").usage == Usage(input_tokens=900, output_tokens=0)


def test_what_came_beside_the_text_is_part_of_its_estimate() -> None:
    answer = answered(stop="END")
    answer.add_hidden("thought " * 5)
    answer.add_tool(0, "t1", "look", "x" * 36)
    assert answer.so_far() == Partial(is_final=True, unseen_characters=80)
    assert answer.reply(request(), "tool_calls").usage == Usage(input_tokens=1000, output_tokens=20, source="estimated")


def test_a_later_nothing_takes_no_count_away() -> None:
    answer = answered()
    answer.add_usage({"input": 1000, "cached": {"5m": 20, "1h": 30}, "tier": "batch", "searches": 0})
    answer.add_usage({"input": 0, "cached": {"5m": 0, "1h": 40}, "tier": None, "searches": 0, "output": 100})
    assert answer.usage == {
        "input": 1000, "cached": {"5m": 20, "1h": 40}, "tier": "batch", "searches": 0, "output": 100
    }  # fmt: skip


def test_an_ending_is_a_word_of_ours_a_refusal_or_no_end() -> None:
    assert answered(stop="END").finish_reason({"END": "stop"}, ()) == "stop"
    with pytest.raises(Refused, match="FILTER"):
        answered(stop="FILTER").finish_reason({"END": "stop"}, {"FILTER"})
    for stop in (None, "NEW"):
        with pytest.raises(StreamCut, match="acme/m-1"):
            answered(stop=stop).finish_reason({"END": "stop"}, ())


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
        return answer.reply(request(), "stop")

    async def run() -> None:
        async for piece in pieces(answered(), source(), lambda _, event: str(event["text"]), finish):
            if isinstance(piece, Delta | Reply):
                got.append(piece)

    run_virtual(run())
    return got, closed


def test_a_stream_that_breaks_off_has_what_was_counted_by_then() -> None:
    async def source() -> AsyncGenerator[Event, None]:
        yield {"text": "Hel", "counts": {"in": 900, "out": 1}}
        raise ConnectionResetError

    def take(answer: StreamedReply, event: Event) -> str:
        answer.add_usage(event["counts"])
        return str(event["text"])

    async def run() -> None:
        async for _ in pieces(answered(), source(), take, lambda answer: answer.reply(request(), "stop")):
            pass

    with pytest.raises(StreamCut) as cut:
        run_virtual(run())
    assert cut.value.partial == Partial(usage=Usage(input_tokens=900, output_tokens=1), ttft_ms=0.0)


def test_a_refusal_that_breaks_off_is_a_refusal() -> None:
    async def source() -> AsyncGenerator[Event, None]:
        yield {"refusal": "I cannot help with that"}
        raise ConnectionResetError

    def take(answer: StreamedReply, event: Event) -> str:
        answer.refusal = event["refusal"]
        return ""

    async def run() -> None:
        async for _ in pieces(answered(), source(), take, lambda answer: answer.reply(request(), "stop")):
            pass

    with pytest.raises(Refused, match="I cannot help"):
        run_virtual(run())


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
