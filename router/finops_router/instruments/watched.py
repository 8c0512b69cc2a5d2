"""Collect what passes by of one call, and record it once, when it has ended: never earlier, never twice.

Nothing here raises into the application: what cannot be recorded is said in its log.
"""

from __future__ import annotations

import logging
import re
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from finops_router.attribution import Owner, owner
from finops_router.errors import RouterError
from finops_router.pricing.priced_record import with_usage
from finops_router.pricing.prices import Prices
from finops_router.providers.sse import EventReader
from finops_router.records import Recorder, RequestRecord

MOST_BYTES = 64 * 2**20  # of an answer that is looked at; of a larger one the counts are unknown
# What shows that a piece of a stream carries part of the answer, on any wire; opening events carry none.
FIRST_TOKEN = re.compile(
    rb'"type": ?"(?:content_block_delta|response\.[a-z_.]*delta)"'
    rb'|"(?:content|reasoning_content|reasoning|refusal|arguments|text)": ?"[^"]'
)
WHOLE = re.compile(rb'\[DONE\]|"message_stop"|"response\.(?:completed|incomplete|failed)"|"finishReason"')
# A piece of text, of which a stream has thousands, and what makes one worth reading all the same.
PIECE = re.compile(rb'"type": ?"(?:content_block_delta|response\.[a-z_.]*delta)"|"object": ?"chat\.completion\.chunk"')
TELLING = re.compile(rb'"usage": ?\{|"x_groq"|"error"|"annotations"')
CANCELLED = frozenset({"CancelledError", "GeneratorExit", "KeyboardInterrupt"})
READY_AT_US = 1_790_856_000_000_000  # any moment will do
_log = logging.getLogger("finops_router.instruments")


class Asked(msgspec.Struct, frozen=True):
    """What a call asks for; `flavor` is the kind of answer by genai-prices' name."""

    provider: str
    model: str | None
    operation: str = "chat"
    flavor: str = "default"
    stream: bool = False
    end_user: str | None = None


class _Vectors(msgspec.Struct):
    """An answer with vectors, which are passed over: decoded, they take longer than all else."""

    model: str | None = None
    id: str | None = None
    usage: dict[str, Any] | None = None
    usageMetadata: dict[str, Any] | None = None  # noqa: N815 -- Google's name


class Watcher:
    """Who records, at which prices, for whom; `clock` gives seconds since 1970 UTC, `monotonic` measures."""

    def __init__(
        self,
        telemetry: Recorder,
        prices: Prices,
        default: Owner,
        provider: str | None,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.telemetry, self.prices, self.default, self.provider = telemetry, prices, default, provider
        self.clock, self.monotonic = clock, monotonic

    def get_ready(self) -> None:
        """Load the list of prices now (0.2 s), so that the first call does not pay for it."""
        self.prices.price("openai", "gpt-4o-mini", READY_AT_US)

    def begin(self, asked: Asked) -> WatchedCall:
        """Begin to watch a call that goes out now."""
        return WatchedCall(self, asked, owner())


class WatchedCall:
    """A call under way: its tries, the pieces of its answer, its end."""

    def __init__(self, watcher: Watcher, asked: Asked, around: Owner) -> None:
        self._watcher, self._asked, self._around = watcher, asked, around
        self._began_us, self._began_s = round(watcher.clock() * 1e6), watcher.monotonic()
        self._pieces: list[bytes] = []
        self._size = 0
        self._tries = 0
        self._first_s: float | None = None
        self._response: weakref.ref[object] | None = None
        self._broke: BaseException | None = None
        self._is_over, self._is_returned, self._is_done = True, False, False
        self.is_reading = False

    def answered(self, response: object = None) -> None:
        """Note that an answer begins; of an earlier one, which was tried again, nothing is kept."""
        self._tries += 1
        self._pieces, self._size = [], 0
        self._response = None if response is None else weakref.ref(response)
        self._is_over = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Stand around the reading of an answer's pieces: if the block ends, the answer is whole."""
        self.is_reading = True
        try:
            yield
        except GeneratorExit:  # nobody reads on: the answer is closed, or forgotten
            self.is_reading = False
            raise
        except BaseException as error:
            self._broke = error
            raise
        finally:
            is_whole, self.is_reading = self.is_reading, False
            if is_whole:
                self._over()

    def closed(self) -> None:
        """Note that the answer was closed: by its last piece, which is still to be handed on, or by who reads it."""
        if not self.is_reading:
            self._over()

    def returned(self, answer: object) -> None:
        """Note that the client has returned; the call ends now, or with the answer if that is still to be read."""
        self._is_returned = True
        response = None if self._response is None else self._response()
        if self._is_over or response is None:
            self.end(answer=answer)
        else:
            weakref.finalize(response, self.abandon)

    def _over(self) -> None:
        self._is_over = True
        if self._is_returned:  # else it may be tried again
            self.abandon()

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """Stand around a whole call: it ends with the block, however that ends."""
        try:
            yield
        except GeneratorExit:
            self.abandon()
            raise
        except BaseException as error:
            self.end(error)
            raise
        else:
            self.end()

    def came(self, piece: bytes) -> None:
        """Keep a piece of the answer until the call ends."""
        self.is_reading = False  # it is with its reader
        self._size += len(piece)
        if self._first_s is None and self._asked.stream and FIRST_TOKEN.search(piece):
            self._first_s = self._watcher.monotonic()
        if self._size <= MOST_BYTES:
            self._pieces.append(piece)

    def end(self, error: BaseException | None = None, answer: object = None) -> None:
        """Record the call, once; `answer` is what the client returned, read if no piece of it passed by."""
        if self._is_done:
            return
        self._is_done = True
        try:
            self._watcher.telemetry.record(self._record(error, answer))
        except Exception as trouble:
            _log.warning("a call was not recorded: %r", trouble)
        self._pieces = []

    def abandon(self) -> None:
        """Record a call whose answer nobody reads any further: whole if its last event came, else cancelled."""
        if not self._is_done:
            is_cut = self._asked.stream and not WHOLE.search(b"".join(self._pieces[-4:]))
            self.end(self._broke or (GeneratorExit() if is_cut else None))

    def _record(self, error: BaseException | None, answer: object) -> RequestRecord:
        asked, watcher, around = self._asked, self._watcher, self._around
        ended_s, default = watcher.monotonic(), watcher.default
        events = self._events()
        failed = error_type(error)
        if failed in {None, "cancelled"}:  # an SDK may leave a stream at the error that it ends in
            failed = _said_error(events) or failed
        record = RequestRecord(
            timestamp_us=self._began_us,
            request_id=uuid.uuid4().hex,
            provider=asked.provider,
            model=asked.model,
            requested_model=asked.model,
            operation=asked.operation,
            latency_ms=round((ended_s - self._began_s) * 1000, 3),
            ttft_ms=None if self._first_s is None else round((self._first_s - self._began_s) * 1000, 3),
            team=around.team or default.team,
            project=around.project or default.project,
            environment=around.environment or default.environment,
            tags={**default.tags, **around.tags} or None,
            end_user=asked.end_user,
            stream=asked.stream,
            status="ok" if failed is None else "cancelled" if failed == "cancelled" else "error",
            error_type=failed,
            attempts=self._tries or None,
        )
        found: list[Any] = list(events) or ([answer] if hasattr(answer, "model_dump") else [])
        if not found or (failed and not any(map(_is_answer, events))):
            return record
        return with_usage(record, found, api_flavor=asked.flavor, prices=watcher.prices)

    def _events(self) -> list[dict[str, Any]]:
        """Return the answer, or the events of its stream; empty if it cannot be read."""
        if not self._pieces or self._size > MOST_BYTES:
            return []
        body = b"".join(self._pieces)
        if body.lstrip()[:1] == b"{":
            try:
                if self._asked.operation == "embeddings":
                    return [_present(msgspec.json.decode(body, type=_Vectors))]
                return [msgspec.json.decode(body, type=dict[str, Any])]
            except msgspec.MsgspecError:
                pass  # lines of JSON, or not whole
        return list(_decoded(body))


def error_type(error: BaseException | None) -> str | None:
    """Return one word for what ended a call: 'cancelled', a RouterError's own, or the name of its class."""
    if error is None:
        return None
    if type(error).__name__ in CANCELLED:
        return "cancelled"
    return error.error_type if isinstance(error, RouterError) else type(error).__name__


def _decoded(body: bytes) -> list[dict[str, Any]]:
    """Return the events of a stream that say more than a piece of its text, and its first."""
    reader = EventReader()
    found: list[dict[str, Any]] = []
    try:
        for event in [*reader.feed(body), *reader.end()]:
            is_piece = found and PIECE.search(event.data) and not TELLING.search(event.data)
            if event.data.startswith(b"{") and not is_piece:
                found.append(msgspec.json.decode(event.data, type=dict[str, Any]))
    except (msgspec.MsgspecError, RouterError):
        pass  # the last one of a stream that broke off
    return found


def _present(vectors: _Vectors) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(vectors).items() if value is not None}


def _is_answer(event: Mapping[str, Any]) -> bool:
    return "error" not in event and event.get("type") != "error"


def _said_error(events: list[dict[str, Any]]) -> str | None:
    """Return the error that a stream ends in, by the provider's own word."""
    for event in events[-1:]:
        holders = [event, event.get("response")]
        error = next((one["error"] for one in holders if isinstance(one, Mapping) and one.get("error")), None)
        if error is None and event.get("type") == "error":
            error = {**event, "type": None}
        if isinstance(error, Mapping):
            return str(error.get("type") or error.get("code") or "error")[:100]
    return None
