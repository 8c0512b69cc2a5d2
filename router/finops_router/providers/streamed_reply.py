"""Put an answer together from the pieces a provider sends: every wire fills the same accumulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import aclosing
from typing import Any

import msgspec

from finops_router.calls import Delta, Reply, Request, Served, Target, ToolCall, Usage
from finops_router.errors import Refused, StreamCut
from finops_router.pricing.estimate import estimated_usage, tokens_of
from finops_router.providers.sdk_errors import provider_error

Event = Mapping[str, Any]


class StreamedReply(msgspec.Struct):
    """What a provider has sent of one answer so far; a plain answer fills it at once.

    `stop` is the provider's word for why the answer ended, None until its end mark has come. `usage` is its raw
    usage. `ttft_ms` is the time of the first text since the request, None if the answer was not streamed.
    """

    model: str | None = None
    response_id: str | None = None
    service_tier: str | None = None
    usage: dict[str, Any] = msgspec.field(default_factory=dict)
    stop: str | None = None
    ttft_ms: float | None = None
    _texts: list[str] = msgspec.field(default_factory=list)
    _tools: dict[int, dict[str, str]] = msgspec.field(default_factory=dict)

    def add_text(self, text: str, since_ms: float | None = None) -> None:
        """Take in the next piece of the answer's text, which came `since_ms` after the request if it was streamed."""
        self._texts.append(text)
        self.ttft_ms = since_ms if self.ttft_ms is None else self.ttft_ms

    def add_tool(self, index: int, ident: str, name: str, arguments: str = "") -> None:
        """Take in a tool call, or a piece of one; `index` is its place, empty words keep what came before."""
        known = self._tools.setdefault(index, {"id": "", "name": "", "arguments": ""})
        known["id"] = ident or known["id"]
        known["name"] = name or known["name"]
        known["arguments"] += arguments

    def add_arguments(self, index: int, text: str) -> None:
        """Take in the next piece of a tool call's arguments; raises StreamCut for one that never started."""
        if index not in self._tools:
            raise StreamCut("Arguments of a tool call that never started")
        self._tools[index]["arguments"] += text

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls by their index; one that came without arguments has `{}`."""
        calls = (self._tools[index] for index in sorted(self._tools))
        return tuple(ToolCall(id=call["id"], name=call["name"], arguments=call["arguments"] or "{}") for call in calls)

    def finish_reason(self, target: Target, finished: Mapping[str, str], filtered: Collection[str]) -> str:
        """Return OpenTelemetry's word for `stop`, by the table `finished`.

        Raises Refused if one of `filtered` ended the answer, StreamCut if it has no good end.
        """
        if self.stop in filtered:
            raise Refused(f"The provider's content filter ended the answer: {self.stop}")
        if self.stop is None or self.stop not in finished:
            raise StreamCut(f"The answer of {target.name} ended with {self.stop}")
        return finished[self.stop]

    def reply(self, target: Target, request: Request, finish_reason: str, usage: Usage | None) -> Reply:
        """Return the whole answer; a `usage` of None is estimated from its length."""
        text = "".join(self._texts)
        return Reply(
            model=str(self.model or target.model),
            usage=usage or estimated_usage(request, tokens_of(len(text))),
            text=text,
            tool_calls=self.tool_calls,
            finish_reason=finish_reason,
            response_id=self.response_id,
            ttft_ms=None if self.ttft_ms is None else round(self.ttft_ms, 3),
            served=Served(service_tier=self.service_tier),
        )


async def pieces(
    events: AsyncGenerator[Event, None],
    take: Callable[[StreamedReply, Event], str],
    finish: Callable[[StreamedReply], Reply],
) -> AsyncGenerator[Delta | Reply, None]:
    """Yield the text of each of `events` as a Delta, then the Reply that `finish` makes of them all.

    `take` adds to the answer what an event brings beside its text, and returns the text. Raises the ProviderError that
    an SDK's error stands for; StreamCut for any other failure once the first event has come.
    """
    loop = asyncio.get_running_loop()
    answer, started_s, has_started = StreamedReply(), loop.time(), False
    try:
        async with aclosing(events):
            async for event in events:
                has_started = True
                if text := take(answer, event):
                    answer.add_text(text, (loop.time() - started_s) * 1000)
                    yield Delta(text=text)
    except Exception as err:
        raise provider_error(err, has_started=has_started) from err
    yield finish(answer)
