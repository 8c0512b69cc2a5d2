"""Put an answer together from the pieces a provider sends: every wire fills the same accumulator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import aclosing, nullcontext
from typing import Any, TypeVar

import msgspec

from finops_router.calls import (
    STANDARD,
    UNKNOWN_USAGE,
    AnyRequest,
    Delta,
    Partial,
    Reply,
    Request,
    Served,
    Target,
    ToolCall,
    Usage,
)
from finops_router.errors import ProviderError, Refused, StreamCut
from finops_router.pricing.estimate import estimated_usage, tokens_of
from finops_router.pricing.responses import later
from finops_router.pricing.usage import served_of
from finops_router.providers.contract import ALIVE, IDLE, Alive, Progress
from finops_router.providers.native import raw_event
from finops_router.providers.redaction import MOST_CHARACTERS, without_secrets
from finops_router.providers.sdk_errors import provider_error
from finops_router.providers.sse import ServerEvent

END_GRACE_S = 2.0  # for what comes after the provider's word for the end, its usage above all
MOST_TOKENS = 10**12  # a count beyond is none
Event = Mapping[str, Any]
Sent = TypeVar("Sent")
ReadUsage = Callable[[Mapping[str, Any]], Usage | None]


class StreamedReply(msgspec.Struct):
    """What a provider has sent of one answer of `target` so far; a plain answer fills it at once.

    `read` makes a Usage of the raw `usage` of this wire, None of one without counts. `stop` is the provider's word for
    why the answer ended, None until its end mark has come; `refusal` is its reason if it refused. `ttft_ms` is the time
    of the first text since the request, None if the answer was not streamed. No error has any of the `secrets`. If it
    `is_native`, its client gets the events as they were sent.
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
    secrets: tuple[str, ...] = ()
    is_native: bool = False
    _raw: list[bytes] = msgspec.field(default_factory=list)
    _texts: list[str] = msgspec.field(default_factory=list)
    _tools: dict[int, dict[str, str]] = msgspec.field(default_factory=dict)
    _slots: dict[int, int] = msgspec.field(default_factory=dict)  # the call that last came with an index
    _hidden_characters: int = 0

    def add_text(self, text: str, since_ms: float | None = None) -> None:
        """Take in the next piece of the answer's text, which came `since_ms` after the request if it was streamed."""
        self._texts.append(text)
        self.ttft_ms = since_ms if self.ttft_ms is None else self.ttft_ms

    def keep(self, sent: ServerEvent, event: object) -> None:
        """Take in an event as it was sent, for a client that speaks its wire."""
        self._raw.append(raw_event(sent))

    def taken_raw(self) -> bytes:
        """Return the events that were kept since the last time."""
        raw = self._raw
        if len(raw) == 1:
            return raw.pop()
        found = b"".join(raw)
        raw.clear()
        return found

    def add_hidden(self, text: object) -> None:
        """Take in a piece of output that is no part of the answer: reasoning, or the words of a refusal."""
        self._hidden_characters += len(text) if isinstance(text, str) else 0

    def add_refusal(self, words: str) -> None:
        """Take in the words of a refusal, or a piece of them."""
        self.refusal = (self.refusal or "") + words
        self.add_hidden(words)

    def add_stop(self, reason: object) -> None:
        """Take in why the answer ended; what is no text, or empty, is no end."""
        self.stop = reason if isinstance(reason, str) and reason else self.stop

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

    def add_tool_piece(self, sent_index: object, ident: str, name: str, arguments: str) -> None:
        """Take in a piece of a tool call of a wire whose servers may leave out the index, or give it to several calls.

        Another id begins another call; so does a name once the arguments before it are whole. What is no whole number
        is no index.
        """
        index = sent_index if type(sent_index) is int else None
        slot = self._slot(index, ident)
        known = self._tools.get(slot)
        if known is None or _begins_another(known, ident, name):
            slot = len(self._tools)
        if index is not None:
            self._slots[index] = slot
        self.add_tool(slot, ident, name, arguments)

    def _slot(self, index: int | None, ident: str) -> int:
        """Return which call a piece belongs to by its index, else by its id, else the last one."""
        if index is not None:
            return self._slots.get(index, -1)
        same = (slot for slot, call in self._tools.items() if ident and call["id"] == ident)
        return next(same, len(self._tools) - 1)

    def add_head(self, model: object, response_id: object) -> None:
        """Take in which model answers and the answer's id; what is no text, or empty, is neither."""
        self.model = model if isinstance(model, str) and model else self.model
        self.response_id = response_id if isinstance(response_id, str) and response_id else self.response_id

    def add_served(self, response: Mapping[str, Any], said: Served | None = None) -> None:
        """Take in how `response` says that it was served; what it does not say is as before, or as `said`."""
        served = served_of(response, said or self.served)
        if all(value is None or isinstance(value, str) for value in msgspec.structs.astuple(served)):
            self.served = served

    def add_usage(self, counts: Mapping[str, Any] | None) -> None:
        """Take in what the provider has counted by now; a later 0 is no count."""
        self.usage = later(self.usage, counts or {})

    @property
    def is_empty(self) -> bool:
        """Whether neither text nor a tool call has come."""
        return not self._texts and not self._tools

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls by their index; one that came without arguments has `{}`."""
        calls = (self._tools[index] for index in sorted(self._tools))
        return tuple(
            ToolCall(id=call["id"] or f"call-{place}", name=call["name"], arguments=call["arguments"] or "{}")
            for place, call in enumerate(calls)
        )

    def finish_reason(self, finished: Mapping[str, str], filtered: Collection[str]) -> str:
        """Return OpenTelemetry's word for `stop`, by the table `finished`.

        Raises Refused if the provider refused or one of `filtered` ended the answer, StreamCut if it has no good end;
        both with what was used.
        """
        if self.refusal is not None:
            raise self.refused(self.refusal)
        if self.stop in filtered:
            raise self.refused(f"The provider's content filter ended the answer: {self.stop}")
        if self.stop is None or self.stop not in finished:
            ending = "without its end mark" if self.stop is None else f"with {self._shown(self.stop)}"
            raise StreamCut(f"The answer of {self.target.name} ended {ending}", partial=self.so_far())
        return finished[self.stop]

    def refused(self, reason: str) -> Refused:
        """Return the error of an answer that the provider refused for `reason`."""
        return Refused(self._shown(reason), partial=self.so_far())

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
        """Return the whole answer to `request`; a usage that nobody counted is estimated from its length.

        One that calls tools has stopped for them, whatever its provider calls that: Gemini and the forced tools of
        OpenAI say 'stop'.
        Raises StreamCut if a tool call has no name, or if the answer ended for tool calls and brought nothing.
        """
        text = "".join(self._texts)
        if not all(call["name"] for call in self._tools.values()):
            raise StreamCut(f"A tool call of {self.target.name} has no name", partial=self.so_far())
        if finish_reason == "tool_calls" and not self._tools and not text:
            raise StreamCut(f"The answer of {self.target.name} is without its tool calls", partial=self.so_far())
        has_stopped_for_tools = finish_reason == "stop" and self._tools
        return Reply(
            model=str(self.model or self.target.model),
            usage=self.usage_of(request, tokens_of(len(text) + self._unseen_characters)),
            text=text,
            tool_calls=self.tool_calls,
            finish_reason="tool_calls" if has_stopped_for_tools else finish_reason,
            response_id=self.response_id,
            ttft_ms=self._rounded_ttft_ms,
            served=self.served,
        )

    def usage_of(self, request: AnyRequest, output_tokens: int) -> Usage:
        """Return what the whole answer to `request` used; what nobody counted is estimated, `output_tokens` with it."""
        return self._believed(self._counted()) or estimated_usage(request, output_tokens)

    @property
    def has_begun(self) -> bool:
        """Whether any of the answer has come: text, reasoning, a tool call; its role and its model are none of it."""
        return bool(self._texts or self._tools or self._hidden_characters)

    def _counted(self) -> Usage | None:
        """Return what the provider has counted, None if it sent no usage; UNKNOWN_USAGE if that cannot be read."""
        try:
            found = (self.read(self.usage) or UNKNOWN_USAGE) if self.usage else None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
            return UNKNOWN_USAGE  # a usage of another shape
        too_many = found is not None and max(found.input_tokens, found.output_tokens) > MOST_TOKENS
        return UNKNOWN_USAGE if too_many else found

    def _believed(self, counted: Usage | None) -> Usage | None:
        """Return what was counted of a whole answer, UNKNOWN_USAGE if that cannot be true of what came."""
        if counted is None or counted.charged_usd is not None:
            return counted
        is_empty = self._unseen_characters == 0 and not any(self._texts)
        is_true = counted.input_tokens > 0 and (counted.output_tokens > 0 or is_empty)
        return counted if is_true else UNKNOWN_USAGE

    def _shown(self, words: str) -> str:
        """Return the provider's `words` as an error may show them."""
        return without_secrets(words, self.secrets)[:MOST_CHARACTERS]

    @property
    def _unseen_characters(self) -> int:
        tools = sum(len(call["name"]) + len(call["arguments"]) for call in self._tools.values())
        return self._hidden_characters + tools

    @property
    def _rounded_ttft_ms(self) -> float | None:
        return None if self.ttft_ms is None else round(self.ttft_ms, 3)


async def pieces(
    answer: StreamedReply,
    events: AsyncGenerator[Sent | Alive, None],
    take: Callable[[StreamedReply, Sent], str],
    finish: Callable[[StreamedReply], Reply],
) -> AsyncGenerator[Delta | Alive | Progress | Reply, None]:
    """Yield `answer` while it is empty, the text of each of `events` as a Delta, then the Reply that `finish` makes.

    `take` adds to the answer what an event brings beside its text, and returns the text; an event without text is a
    sign of life. Raises the ProviderError that an error stands for; StreamCut for any other failure once the first
    event has come. After the provider's word for the end nothing is a failure any more: what else comes is given
    END_GRACE_S.
    """
    loop = asyncio.get_running_loop()
    started_s, has_started, goes_on = loop.time(), False, False
    yield answer
    failure: ProviderError | None = None
    async with aclosing(events):
        while failure is None:
            text = ""
            try:
                is_ended = answer.stop is not None and not goes_on
                async with asyncio.timeout(END_GRACE_S) if is_ended else nullcontext():
                    event = await anext(events, None)
                if event is None:
                    break
                if not isinstance(event, Alive):
                    has_started = True
                    text = take(answer, event)
                    goes_on = goes_on or bool(text and is_ended)  # some servers say with every piece that it ended
            except Exception as err:
                failure = provider_error(err, has_started=has_started)
                break
            if text:
                answer.add_text(text, (loop.time() - started_s) * 1000)
                yield Delta(text=text, raw=answer.taken_raw()) if answer.is_native else Delta(text=text)
            elif answer.is_native and answer.has_begun and (raw := answer.taken_raw()):
                yield Delta(text="", raw=raw)  # what came before its beginning is held until then
            else:
                yield event if isinstance(event, Alive) else ALIVE if answer.has_begun else IDLE
    if failure is not None and (answer.stop is None or goes_on):
        failed = failure if answer.refusal is None else answer.refused(answer.refusal)
        failed.partial = failed.partial or answer.so_far()
        raise failed
    reply = finish(answer)
    yield msgspec.structs.replace(reply, raw=answer.taken_raw()) if answer.is_native else reply


def whole(
    answer: StreamedReply,
    event: Sent,
    take: Callable[[StreamedReply, Sent], str],
    finish: Callable[[StreamedReply], Reply],
) -> Reply:
    """Return the Reply of an answer that came in one piece; raises StreamCut if it cannot be read."""
    try:
        answer.add_text(take(answer, event))
        return finish(answer)
    except ProviderError:
        raise
    except Exception as err:
        reason = type(err).__name__
    raise StreamCut(f"The answer cannot be read: {reason}", partial=answer.so_far())


def _begins_another(known: Mapping[str, str], ident: str, name: str) -> bool:
    """Return whether a piece with `ident` and `name` is of another call than the `known` one."""
    if ident and known["id"]:
        return ident != known["id"]
    if not name or not known["name"]:
        return False
    return name != known["name"] or is_json(known["arguments"])


def is_json(text: str) -> bool:
    """Return whether `text` is one whole value of JSON."""
    try:
        msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    return True


def json_text(arguments: object) -> str:
    """Return the whole arguments of a tool call as JSON, of servers that send them as text as well as of others."""
    return arguments if isinstance(arguments, str) else msgspec.json.encode(arguments or {}).decode()
