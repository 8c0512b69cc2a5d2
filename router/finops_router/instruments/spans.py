"""Record calls from the spans of any GenAI instrumentation in this process, by a span processor of OpenTelemetry's SDK.

Libraries stack, and each writes a span of the same call: what a span says is handed to the span around it, as long as
that is under way, and the outermost one is recorded. Only OpenTelemetry's API and SDK know more of it (extra `otel`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import StatusCode

from finops_router.attribution import Owner
from finops_router.ingest.foreign import ForeignRequest, foreign_record
from finops_router.ingest.genai_spans import request_of
from finops_router.ingest.otlp_json import LONGEST_TEXT, Span
from finops_router.ingest.values import BadValueError
from finops_router.instruments.owned import owned
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder

HELD_S = 5.0  # how long a call waits for the span around it: one of the same call ends in the same moment
MOST_OPEN = 10_000  # spans under way; beyond, the oldest are taken for lost
_log = logging.getLogger("finops_router.instruments")


class _Open:
    """A span under way: the one around it, and the calls of spans that ended within it, with when."""

    __slots__ = ("around", "calls", "is_over")

    def __init__(self, around: _Open | None) -> None:
        self.around, self.is_over = around, False
        self.calls: list[ForeignRequest] = []


class SpanRecorder(SpanProcessor):
    """Give it to `TracerProvider.add_span_processor`; reads OpenTelemetry's, OpenInference's and OpenLLMetry's names.

    Spans that are not sampled are not seen. `monotonic` measures how long calls wait.
    """

    def __init__(
        self,
        telemetry: Recorder,
        *,
        team: str | None = None,
        project: str | None = None,
        environment: str | None = None,
        prices: Prices | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._telemetry, self._prices = telemetry, prices or Prices()
        self._default, self._monotonic = Owner(team, project, environment), monotonic
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[int, int], _Open] = OrderedDict()
        self._held: deque[tuple[float, _Open, list[ForeignRequest]]] = deque()

    def on_start(self, span: Any, parent_context: object = None) -> None:
        """Note where a span stands."""
        context, parent = span.get_span_context(), span.parent
        with self._lock:
            around = None if parent is None else self._open.get((parent.trace_id, parent.span_id))
            self._open[context.trace_id, context.span_id] = _Open(around)
            lost = self._open.popitem(last=False)[1] if len(self._open) > MOST_OPEN else None
        self._record([] if lost is None else self._taken(lost))

    def on_end(self, span: ReadableSpan) -> None:
        """Take what an ended span says; record the calls that no span under way can be around."""
        try:
            call = request_of(as_read(span))
        except BadValueError as error:
            call = None
            _log.warning("a span was not recorded: %s", error)
        context, now_s = span.get_span_context(), self._monotonic()
        if context is None:
            return
        with self._lock:
            ended = self._open.pop((context.trace_id, context.span_id), None) or _Open(None)
            calls, ended.calls, ended.is_over = outermost(call, ended.calls), [], True
            around = ended.around
            while around is not None and around.is_over:
                around = around.around
            if around is not None and calls:
                around.calls += calls
                self._held.append((now_s, around, calls))
                calls = []
            waited = self._waited(now_s - HELD_S)
        self._record(calls + waited)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Record all calls that wait for a span around them."""
        with self._lock:
            waited = self._waited(float("inf"))
        self._record(waited)
        return True

    def shutdown(self) -> None:
        """Record all calls that wait."""
        self.force_flush()

    def _waited(self, until_s: float) -> list[ForeignRequest]:
        found: list[ForeignRequest] = []
        while self._held and self._held[0][0] <= until_s:
            _, holder, calls = self._held.popleft()
            waiting = {id(call) for call in calls}  # those that were not handed on, or taken, since
            found += [call for call in holder.calls if id(call) in waiting]
            holder.calls = [call for call in holder.calls if id(call) not in waiting]
        return found

    @staticmethod
    def _taken(holder: _Open) -> list[ForeignRequest]:
        calls, holder.calls = holder.calls, []
        return calls

    def _record(self, calls: list[ForeignRequest]) -> None:
        for call in calls:
            try:
                self._telemetry.record(owned(foreign_record(call, self._prices), self._default))
            except Exception as trouble:
                _log.warning("a span was not recorded: %r", trouble)


def outermost(call: ForeignRequest | None, within: list[ForeignRequest]) -> list[ForeignRequest]:
    """Return the calls of a span and of those within it, without those that are the same call.

    The span's own goes first if it counts tokens; one without counts gives way to those within it that have some.
    """
    if call is None:
        return within
    counted = [one for one in within if one.usage.source != "none"]
    return counted if counted and call.usage.source == "none" else [call]


def as_read(span: ReadableSpan) -> Span:
    """Return a span of the SDK as one read from OTLP."""
    context = span.get_span_context()
    types = [(event.attributes or {}).get("exception.type") for event in span.events]
    start_ns = span.start_time or 0
    return Span(
        trace_id=f"{context.trace_id:032x}" if context else "",
        span_id=f"{context.span_id:016x}" if context else "",
        parent_span_id=f"{span.parent.span_id:016x}" if span.parent else "",
        name=span.name,
        scope=span.instrumentation_scope.name if span.instrumentation_scope else "",
        start_ns=start_ns,
        end_ns=max(span.end_time or 0, start_ns),
        is_error=span.status.status_code is StatusCode.ERROR,
        exception=next((kind for kind in reversed(types) if isinstance(kind, str)), None),
        attributes=_short(span.attributes or {}),
        resource=_short(span.resource.attributes),
    )


def _short(attributes: Mapping[str, Any]) -> dict[str, object]:
    """Return attributes without texts longer than any name: they are messages."""
    is_long = {key for key, value in attributes.items() if isinstance(value, str) and len(value) > LONGEST_TEXT}
    return {key: value for key, value in attributes.items() if key not in is_long}
