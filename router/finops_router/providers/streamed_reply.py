"""Put an answer together from the pieces a provider sends: every wire fills the same accumulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import aclosing
from typing import Any

import msgspec

from finops_router.calls import (
    STANDARD,
    UNKNOWN_USAGE,
    Delta,
    Partial,
    Reply,
    Request,
    Served,
    Target,
    ToolCall,
    Usage,
)
from finops_router.errors import Refused, StreamCut
from finops_router.pricing.estimate import estimated_usage, tokens_of
from finops_router.pricing.responses import later
from finops_router.providers.contract import ALIVE, WORKING, Alive, Progress
from finops_router.providers.sdk_errors import provider_error

Event = Mapping[str, Any]
ReadUsage = Callable[[Mapping[str, Any]], Usage | None]


class StreamedReply(msgspec.Struct):
    """What a provider has sent of one answer of `target` so far; a plain answer fills it at once.

    `read` makes a Usage of the raw `usage` of this wire, None of one without counts. `stop` is the provider's word for
    why the answer ended, None until its end mark has come; `refusal` is its reason if it refused. `ttft_ms` is the time
    of the first text since the request, None if the answer was not streamed.
    """

    target: Target
    read: ReadUsage
    model: str | None = None
    response_id: str | None = None
    served: Served = STANDARD
    usage: dict[str, Any] = msgspec.field(default_factory=dict)
    stop: str | None = None
    refusal: str | None = None
    ttft_ms: float | None = None
    _texts: list[str] = msgspec.field(default_factory=list)
    _tools: dict[int, dict[str, str]] = msgspec.field(default_factory=dict)
    _hidden_characters: int = 0

    def add_text(self, text: str, since_ms: float | None = None) -> None:
        """Take in the next piece of the answer's text, which came `since_ms` after the request if it was streamed."""
        self._texts.append(text)
        self.ttft_ms = since_ms if self.ttft_ms is None else self.ttft_ms

    def add_hidden(self, text: object) -> None:
        """Take in a piece of output that is no part of the answer: reasoning, or the words of a refusal."""
        self._hidden_characters += len(text) if isinstance(text, str) else 0

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

    def add_usage(self, counts: Mapping[str, Any] | None) -> None:
        """Take in what the provider has counted by now; a later 0 is no count."""
        self.usage = later(self.usage, counts or {})

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls by their index; one that came without arguments has `{}`."""
        calls = (self._tools[index] for index in sorted(self._tools))
        return tuple(ToolCall(id=call["id"], name=call["name"], arguments=call["arguments"] or "{}") for call in calls)

    def finish_reason(self, finished: Mapping[str, str], filtered: Collection[str]) -> str:
        """Return OpenTelemetry's word for `stop`, by the table `finished`.

        Raises Refused if the provider refused or one of `filtered` ended the answer, StreamCut if it has no good end;
        both with what was used.
        """
        if self.refusal is not None:
            raise Refused(self.refusal, partial=self.so_far())
        if self.stop in filtered:
            raise Refused(f"The provider's content filter ended the answer: {self.stop}", partial=self.so_far())
        if self.stop is None or self.stop not in finished:
            raise StreamCut(f"The answer of {self.target.name} ended with {self.stop}", partial=self.so_far())
        return finished[self.stop]

    def so_far(self) -> Partial:
        """Return what has come of the answer beside its text, and what the provider has counted of it."""
        counted, is_final = self._counted(), self.stop is not None or self.refusal is not None
        return Partial(
            model=self.model,
            usage=self._believed(counted) if is_final else counted,
            is_final=is_final,
            unseen_characters=self._unseen_characters,
            response_id=self.response_id,
            ttft_ms=self._rounded_ttft_ms,
            served=self.served,
        )

    def reply(self, request: Request, finish_reason: str) -> Reply:
        """Return the whole answer to `request`; a usage that nobody counted is estimated from its length."""
        text = "".join(self._texts)
        return Reply(
            model=str(self.model or self.target.model),
            usage=self._believed(self._counted())
            or estimated_usage(request, tokens_of(len(text) + self._unseen_characters)),
            text=text,
            tool_calls=self.tool_calls,
            finish_reason=finish_reason,
            response_id=self.response_id,
            ttft_ms=self._rounded_ttft_ms,
            served=self.served,
        )

    def _counted(self) -> Usage | None:
        """Return what the provider has counted, None if it sent no usage; UNKNOWN_USAGE if that cannot be read."""
        try:
            return (self.read(self.usage) or UNKNOWN_USAGE) if self.usage else None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # a usage of another shape
            return UNKNOWN_USAGE

    def _believed(self, counted: Usage | None) -> Usage | None:
        """Return what was counted of a whole answer, UNKNOWN_USAGE if that cannot be true of what came."""
        if counted is None or counted.charged_usd is not None:
            return counted
        is_empty = self._unseen_characters == 0 and not any(self._texts)
        is_true = counted.input_tokens > 0 and (counted.output_tokens > 0 or is_empty)
        return counted if is_true else UNKNOWN_USAGE

    @property
    def has_output(self) -> bool:
        """Whether anything of an answer has come: text, reasoning or a tool call."""
        return bool(self._texts or self._tools or self._hidden_characters)

    @property
    def _unseen_characters(self) -> int:
        tools = sum(len(call["name"]) + len(call["arguments"]) for call in self._tools.values())
        return self._hidden_characters + tools

    @property
    def _rounded_ttft_ms(self) -> float | None:
        return None if self.ttft_ms is None else round(self.ttft_ms, 3)


async def pieces(
    answer: StreamedReply,
    events: AsyncGenerator[Event, None],
    take: Callable[[StreamedReply, Event], str],
    finish: Callable[[StreamedReply], Reply],
) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
    """Yield `answer` while it is empty, the text of each of `events` as a Delta, then the Reply that `finish` makes.

    An event without text is a sign of life.

    `take` adds to the answer what an event brings beside its text, and returns the text. Raises the ProviderError that
    an SDK's error stands for; StreamCut for any other failure once the first event has come.
    """
    loop = asyncio.get_running_loop()
    started_s, has_started = loop.time(), False
    yield answer
    try:
        async with aclosing(events):
            async for event in events:
                has_started = True
                if text := take(answer, event):
                    answer.add_text(text, (loop.time() - started_s) * 1000)
                    yield Delta(text=text)
                else:
                    yield WORKING if answer.has_output else ALIVE
    except Exception as err:
        refused = None if answer.refusal is None else Refused(answer.refusal)
        failure = refused or provider_error(err, has_started=has_started)
        failure.partial = failure.partial or answer.so_far()
        raise failure from err
    yield finish(answer)
