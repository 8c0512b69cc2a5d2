"""Take spans that applications post (OTLP/HTTP) and record each call to a model once, by its outermost span.

Spans come as they end, those within a call before the call's own, often in different batches. So a trace is kept until
no span of it came for a while; then its calls are recorded. A call that is known already by the id of its answer, from
another trace or from the router itself, is left out when it is loaded (sql/store/leave_out_known_spans.sql).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from finops_router.ingest.foreign import ForeignRequest, foreign_record
from finops_router.ingest.genai_spans import request_of
from finops_router.ingest.otlp_http import Answer, BodyError, accepted, posted, refused
from finops_router.ingest.otlp_json import Span
from finops_router.ingest.outermost import Held, Outermost
from finops_router.ingest.spool import Spool, SpooledSpan
from finops_router.ingest.values import BadValueError
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder

QUIET_S = 30.0  # after the last span of a trace; exporters wait five seconds by default
MOST_SPANS = 20_000  # kept at a time, of all traces under way


class Received(NamedTuple):
    """The answer to a post, and how many spans of it are of calls, of something else, and unreadable."""

    answer: Answer
    calls: int = 0
    others: int = 0
    rejected: int = 0


class Receiver:
    """Spans on their way into `recorder`; for one thread. All times are of one steady clock, in seconds.

    `spool` is a folder that all workers of a gateway share: spans wait in it until they are recorded, so that kill -9
    loses none. None keeps them in memory alone.
    """

    def __init__(self, recorder: Recorder, prices: Prices, spool: Path | None = None) -> None:
        self._recorder, self._prices = recorder, prices
        self._outermost = Outermost[ForeignRequest](request_of, _is_counted, MOST_SPANS)
        self._spool = None if spool is None else Spool(spool)

    def receive(self, body: bytes, content_type: str, content_encoding: str, now_s: float) -> Received:
        """Take the body of a POST to /v1/traces and return what to answer; what it answers with 200 is kept."""
        try:
            found = list(posted(body, content_type, content_encoding))
        except BodyError as error:
            return Received(refused(content_type, error))
        spans, reasons = _read(found)
        try:
            if self._spool is not None and spans:
                self._spool.keep(spans, now_s)
        except (OSError, UnicodeEncodeError) as error:
            return Received(refused(content_type, BodyError(503, f"spans cannot be kept now: {error}")))
        self._take(spans, now_s)
        calls = sum(span.call is not None for span in spans)
        answer = accepted(content_type, len(reasons), reasons[0] if reasons else "")
        return Received(answer, calls, len(spans) - calls, len(reasons))

    def settle(self, now_s: float) -> None:
        """Record the calls of traces that are whole, and what a dead process left; to be called every few seconds."""
        if self._spool is not None:
            for spans in self._spool.left():
                self._spool.keep(spans, now_s)
                self._take(spans, now_s)
        self._record(self._outermost.idle(now_s - QUIET_S))
        if self._spool is not None:
            self._spool.let_go(self._outermost.since_s())

    def close(self) -> None:
        """Record all that is kept: no more spans come."""
        self._record(self._outermost.rest())
        if self._spool is not None:
            self._spool.let_go(None)

    def _take(self, spans: Iterable[SpooledSpan], now_s: float) -> None:
        for span in spans:
            held = Held(span.span_id, span.parent_span_id, span.call, span.call is not None and _is_counted(span.call))
            self._record(self._outermost.hold(span.trace_id, held, now_s))

    def _record(self, calls: Iterator[ForeignRequest]) -> None:
        for call in calls:
            self._recorder.record(foreign_record(call, self._prices))


def _read(found: Iterable[Span | BadValueError]) -> tuple[list[SpooledSpan], list[str]]:
    """Return the spans with the calls that they are of, and why others cannot be read."""
    spans, reasons = list[SpooledSpan](), list[str]()
    for span in found:
        try:
            if isinstance(span, BadValueError):
                raise span
            spans.append(SpooledSpan(span.trace_id, span.span_id, span.parent_span_id, request_of(span)))
        except BadValueError as error:
            reasons.append(str(error))
    return spans, reasons


def _is_counted(call: ForeignRequest) -> bool:
    return call.usage.source != "none"
