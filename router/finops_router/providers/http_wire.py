"""Ask a provider over HTTP, plain and streamed: what all wires that speak JSON share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from finops_router.calls import NOTHING_BESIDE
from finops_router.errors import ProviderError, Rejected, StreamCut
from finops_router.providers.causes import Cause, failure
from finops_router.providers.contract import ALIVE, IDLE, Alive
from finops_router.providers.error_words import words_in_body, words_of
from finops_router.providers.http_client import HttpAnswer, HttpClient
from finops_router.providers.native import ENCODER
from finops_router.providers.sse import EventReader, ServerEvent

END_MARK = b"[DONE]"
ERROR_BODY_WITHIN_S = 2.0
MOST_ERROR_BYTES = 1024 * 1024
Event = TypeVar("Event", bound=msgspec.Struct)


class Answered(NamedTuple, Generic[Event]):
    """An answer in one piece: decoded, its headers, and as it was sent."""

    event: Event
    headers: Mapping[str, str]
    content: bytes


class HttpWire(Generic[Event]):
    """Requests to one provider, whose answers and events are each decoded as `kind`.

    `error_in` returns the error that an event brings, None if it is none; `causes` is the table of this wire; nothing
    follows an event that `is_last`.
    """

    def __init__(
        self,
        client: HttpClient,
        kind: type[Event],
        error_in: Callable[[Event], object],
        causes: tuple[Cause, ...] = (),
        is_last: Callable[[Event], bool] = lambda _: False,
    ) -> None:
        self.client = client
        self._decoder = msgspec.json.Decoder(kind)
        self._error_in = error_in
        self._causes = causes
        self._is_last = is_last

    async def answer(
        self, path: str, body: Mapping[str, Any] | bytes, headers: Mapping[str, str] = NOTHING_BESIDE
    ) -> Answered[Event]:
        """Return the answer to `body`, sent with `headers`; raises a ProviderError for any other."""
        async with self.client.post(path, _encoded(body), headers) as answer:
            await self._raise_for_status(answer)
            content = await answer.read()
            return Answered(self._decoded(content, answer.headers), answer.headers, content)

    async def events(
        self,
        path: str,
        body: Mapping[str, Any] | bytes,
        take_head: Callable[[Mapping[str, str]], None] | None = None,
        keep: Callable[[ServerEvent, Event], None] | None = None,
        headers: Mapping[str, str] = NOTHING_BESIDE,
    ) -> AsyncGenerator[Event | Alive, None]:
        """Yield the events of the answer to `body` as they come; for its head and for bytes without an event an Alive.

        Raises a ProviderError for any other answer and for an error among the events. Ends at the end mark, or with
        the stream. A server that does not stream gives one event, or those of a list. `take_head` gets the headers,
        `keep` each event as it was sent.
        """
        async with self.client.post(path, _encoded(body), headers) as answer:
            await self._raise_for_status(answer)
            if take_head is not None:
                take_head(answer.headers)
            yield IDLE
            chunk = await answer.next()
            if _is_json(answer.headers, chunk):
                for part in _listed(chunk + await answer.read()):
                    yield self._kept(ServerEvent(b"", part), self._decoded(part, answer.headers), keep)
                return
            reader = EventReader()
            while chunk:
                found = reader.feed(chunk)
                if not found:
                    yield ALIVE if reader.is_within_event else IDLE
                for event in found:
                    if event.data.startswith(END_MARK):
                        answer.is_whole = True
                        return
                    decoded = self._event(event, answer.headers)
                    if keep is not None:
                        keep(event, decoded)
                    yield decoded
                    if self._is_last(decoded):
                        answer.is_whole = True
                        return
                chunk = await answer.next()
            answer.is_whole = True
            for event in reader.end():
                if not event.data.startswith(END_MARK):
                    yield self._kept(event, self._event(event, answer.headers), keep)

    @staticmethod
    def _kept(sent: ServerEvent, event: Event, keep: Callable[[ServerEvent, Event], None] | None) -> Event:
        if keep is not None:
            keep(sent, event)
        return event

    def failed(self, error: object, headers: Mapping[str, str]) -> ProviderError:
        """Return the failure that an error within an answer stands for; it counts as its status."""
        return failure(words_of(error), None, headers, self._causes, self.client.secrets)

    def _event(self, event: ServerEvent, headers: Mapping[str, str]) -> Event:
        if event.name == b"error":
            raise failure(words_in_body(event.data), None, headers, self._causes, self.client.secrets)
        return self._decoded(event.data, headers)

    def _decoded(self, data: bytes, headers: Mapping[str, str]) -> Event:
        """Return what `data` stands for; raises StreamCut if it cannot be read, a ProviderError if it is an error."""
        try:
            event = self._decoder.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as err:
            reason = f"{type(err).__name__}: {err}" if isinstance(err, msgspec.MsgspecError) else type(err).__name__
        else:
            error = self._error_in(event)
            if error:
                raise self.failed(error, headers)
            return event
        raise StreamCut(f"The answer cannot be read: {reason}")

    async def _raise_for_status(self, answer: HttpAnswer) -> None:
        if 200 <= answer.status < 300:
            return
        content = bytearray()
        try:
            async with asyncio.timeout(ERROR_BODY_WITHIN_S):
                while len(content) < MOST_ERROR_BYTES and (chunk := await answer.next()):
                    content += chunk
        except (ProviderError, TimeoutError):
            pass  # the status counts, with or without all of its words
        raise failure(words_in_body(bytes(content)), answer.status, answer.headers, self._causes, self.client.secrets)


def _encoded(body: Mapping[str, Any] | bytes) -> bytes:
    """Return `body` as JSON, which it may be already; raises Rejected for what no JSON can hold."""
    if isinstance(body, bytes):
        return body
    try:
        return ENCODER.encode(body)
    except (TypeError, ValueError, RecursionError) as err:
        raise Rejected(f"The request cannot be sent as JSON: {type(err).__name__}") from None


def _is_json(headers: Mapping[str, str], start: bytes) -> bool:
    """Return whether a body that begins with `start` is one answer, and no stream of them."""
    return headers.get("Content-Type", "").startswith("application/json") and start.lstrip()[:1] in (b"{", b"[")


def _listed(content: bytes) -> list[bytes]:
    """Return the elements of a list of JSON, or the whole of anything else."""
    if not content.lstrip().startswith(b"["):
        return [content]
    try:
        return [bytes(part) for part in msgspec.json.decode(content, type=list[msgspec.Raw])]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [content]
