"""Keep the outermost span of each call to a model: libraries stack, and each writes a span of the same tokens.

A span lies within another one if that is among the parents of its parent, whatever lies between them. Spans come in
any order, a child before its parent as often as not, so those of a trace are kept until the trace is likely whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from finops_router.ingest.otlp_json import Span

MOST_SPANS = 100_000  # kept at a time; a trace whose spans are further apart in the file is taken for two

Call = TypeVar("Call")


class Held(NamedTuple, Generic[Call]):
    """What is kept of a span: where it stands in its trace, and the call it is of, None if it is of none."""

    span_id: str
    parent_span_id: str
    call: Call | None
    is_counted: bool


@dataclass(slots=True)
class _Trace(Generic[Call]):
    spans: list[Held[Call]]
    first_s: float
    touched_s: float


_ById = Mapping[str, Held[Call]]


class Outermost(Generic[Call]):
    """Spans of traces that may go on.

    `call_of` returns what a span says of a call to a model, None if it is of no call; `is_counted` says whether a call
    has counts of tokens. Of a call that has none, the next one within it that has some is taken.
    """

    def __init__(
        self,
        call_of: Callable[[Span], Call | None],
        is_counted: Callable[[Call], bool],
        most_spans: int = MOST_SPANS,
    ) -> None:
        self._call_of, self._is_counted, self._most = call_of, is_counted, most_spans
        self._traces: OrderedDict[str, _Trace[Call]] = OrderedDict()  # those that had no span for longest first
        self._spans = 0

    def add(self, span: Span, now_s: float = 0.0) -> Iterator[Call]:
        """Take a span; yield the calls of traces that had no span for the longest time, if there are many spans."""
        call = self._call_of(span)
        held = Held(span.span_id, span.parent_span_id, call, call is not None and self._is_counted(call))
        yield from self.hold(span.trace_id, held, now_s)

    def hold(self, trace_id: str, held: Held[Call], now_s: float = 0.0) -> Iterator[Call]:
        """Take a span whose call is known already; yield what `add` does."""
        trace = self._traces.setdefault(trace_id, _Trace([], now_s, now_s))
        trace.spans.append(held)
        trace.touched_s = now_s
        self._traces.move_to_end(trace_id)
        self._spans += 1
        while self._spans > self._most:
            yield from self._oldest()

    def idle(self, since_s: float) -> Iterator[Call]:
        """Yield the calls of traces that had no span since `since_s`, by the clock of `add`: they are likely whole.

        For spans that come as they end: a call's outermost span is exported last, a moment after those within it.
        """
        while self._traces and next(iter(self._traces.values())).touched_s < since_s:
            yield from self._oldest()

    def since_s(self) -> float | None:
        """Return when the first span of those that are still kept came, by the clock of `add`; None if none is."""
        return min((trace.first_s for trace in self._traces.values()), default=None)

    def rest(self) -> Iterator[Call]:
        """Yield the calls of all traces that are still kept."""
        while self._traces:
            yield from self._oldest()

    def _oldest(self) -> Iterator[Call]:
        _, trace = self._traces.popitem(last=False)
        self._spans -= len(trace.spans)
        yield from _outermost(trace.spans)


def _outermost(spans: Iterable[Held[Call]]) -> Iterator[Call]:
    by_id = {held.span_id: held for held in spans}
    calls = [held for held in by_id.values() if held.call is not None]
    holders = {outer.span_id for held in calls if held.is_counted for outer in _enclosing(held, by_id)}
    for held in calls:
        outer = _enclosing(held, by_id)
        is_within = any(one.is_counted for one in outer) if held.is_counted else bool(outer) or held.span_id in holders
        if held.call is not None and not is_within:
            yield held.call


def _enclosing(held: Held[Call], by_id: _ById[Call]) -> list[Held[Call]]:
    """Return the calls that a span lies within, the nearest first."""
    found, seen = list[Held[Call]](), {held.span_id}
    outer = by_id.get(held.parent_span_id)
    while outer is not None and outer.span_id not in seen:
        if outer.call is not None:
            found.append(outer)
        seen.add(outer.span_id)
        outer = by_id.get(outer.parent_span_id)
    return found
