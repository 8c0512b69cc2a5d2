"""Count what the gateway does, in each worker, and say it for all of them as Prometheus reads it.

Most of it is counted from the records that telemetry keeps, so metrics and reports cannot tell two stories. Numbers are
floats: for alarms and dashboards; what is owed to the last digit stands in the report.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from finops_router.gateway import families as named
from finops_router.gateway.cells import Cells
from finops_router.gateway.exposition import lines
from finops_router.gateway.families import FAMILIES, GAUGE, Family, cells_of
from finops_router.records import AttemptRecord, GuardrailRecord, Recorder, RequestRecord

MOST_SERIES = 1000  # of a metric in one process; labels that come later are counted together
LONGEST_LABEL = 200
OTHER = "other"  # the labels of those that are counted together
_OF_THE_LIVING = {family.name for family in FAMILIES if family.kind == GAUGE}


class Sample(NamedTuple):
    """A gauge's value as it is now, for what is no sum over workers: budgets in a shared store, the version."""

    family: Family
    labels: tuple[str, ...]
    value: float


class Stats(Protocol):
    """What became of a collector's records, as its `stats()` says."""

    @property
    def recorded(self) -> int: ...
    @property
    def dropped(self) -> int: ...
    @property
    def pending(self) -> int: ...


class Metrics:
    """The metrics of this process, and of all workers that share `folder` when it is asked for the text.

    A scrape may ask any worker: all answer with the same sums, which never fall, those of workers that died included;
    of gauges, only those of workers that run. Use it from one thread.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._cells = Cells(folder)
        self._numbers = self._cells.numbers
        self._places: dict[tuple[str, ...], int] = {}
        self._series: dict[str, int] = {}
        self.put(named.WORKERS, value=1)

    def add(self, family: Family, *labels: str, by: float = 1.0) -> None:
        """Add to a counter, or to a gauge of this worker (`by=-1` takes away)."""
        self._numbers[self._place(family, labels)] += by

    def put(self, family: Family, *labels: str, value: float) -> None:
        """Set a number of this worker; what all workers have is added up."""
        self._numbers[self._place(family, labels)] = value

    def observe(self, family: Family, *labels: str, value: float) -> None:
        """Count a value in its bucket of a histogram."""
        place = self._place(family, labels)
        self._numbers[place + bisect_left(family.bounds, value)] += 1.0
        self._numbers[place + len(family.bounds) + 1] += value

    def keep(self, stats: Stats) -> None:
        """Take over what became of this worker's records: every few seconds, and before the text is asked for."""
        self.put(named.RECORDED, value=stats.recorded)
        self.put(named.DROPPED, value=stats.dropped)
        self.put(named.PENDING, value=stats.pending)

    def _place(self, family: Family, labels: tuple[str, ...]) -> int:
        try:
            return self._places[family.name, *labels]
        except KeyError:
            return self._new_place(family, labels)

    def _new_place(self, family: Family, labels: tuple[str, ...]) -> int:
        if len(labels) != len(family.labels):
            raise ValueError(f"{family.name} has the labels {family.labels}, not {labels}")
        count = self._series.get(family.name, 0)
        if count >= MOST_SERIES - 1:  # the last is for all others
            labels = (OTHER,) * len(family.labels)
            if (place := self._places.get((family.name, *labels))) is not None:
                return place
        self._series[family.name] = count + 1
        clean = tuple(label[:LONGEST_LABEL].encode(errors="replace").decode() for label in labels)
        place = self._cells.new(family.name, clean, cells_of(family))
        self._places[family.name, *labels] = place
        return place

    def text(self, now: Iterable[Sample] = ()) -> bytes:
        """Return all metrics in Prometheus' text format 0.0.4 (CONTENT_TYPE), with the gauges of `now`."""
        sums = self._sums()
        for family, labels, value in now:
            sums.setdefault(family.name, {})[labels] = [value]
        return "".join(line for family in FAMILIES for line in lines(family, sums.get(family.name, {}))).encode()

    def _sums(self) -> dict[str, dict[tuple[str, ...], list[float]]]:
        sums: dict[str, dict[tuple[str, ...], list[float]]] = {}
        for series, numbers, is_alive in self._cells.all():
            if not is_alive and series.family in _OF_THE_LIVING:
                continue
            of_family = sums.setdefault(series.family, {})
            known = of_family.get(series.labels, (0.0,) * len(numbers))
            of_family[series.labels] = [ours + theirs for ours, theirs in zip(known, numbers, strict=True)]
        return sums


class Counting:
    """A recorder that counts each record in `metrics` and hands it on to `recorder`."""

    def __init__(self, recorder: Recorder, metrics: Metrics) -> None:
        self._recorder, self._metrics = recorder, metrics

    def record(self, record: RequestRecord) -> None:
        self._recorder.record(record)
        metrics, group = self._metrics, record.requested_model or ""
        provider, model, team = record.provider or "", record.model or "", record.team or ""
        metrics.add(named.REQUESTS, group, record.strategy or "", provider, model, record.status or "")
        if record.status == "ok" and (record.attempts or 1) > 1:
            metrics.add(named.RESCUED, group)
        if record.latency_ms is not None:
            metrics.observe(named.DURATION, group, provider, model, value=record.latency_ms / 1000)
        if record.ttft_ms is not None:
            metrics.observe(named.FIRST_TOKEN, group, provider, model, value=record.ttft_ms / 1000)
        for family, kind, tokens in _tokens(record):
            if tokens:
                metrics.add(family, provider, model, team, kind, by=tokens)
        if record.cost_estimated is not None:
            metrics.add(named.COST, provider, model, team, by=record.cost_estimated)
        elif record.unpriced_reason is not None:
            metrics.add(named.UNPRICED, provider, model, record.unpriced_reason)

    def record_attempt(self, record: AttemptRecord) -> None:
        self._recorder.record_attempt(record)
        self._metrics.add(named.ATTEMPTS, record.provider, record.model, record.outcome, record.error_type or "")
        if record.latency_ms is not None:
            self._metrics.observe(named.ATTEMPT_DURATION, record.provider, record.model, value=record.latency_ms / 1000)

    def record_guardrail(self, record: GuardrailRecord) -> None:
        self._recorder.record_guardrail(record)
        self._metrics.add(named.GUARDRAILS, record.guardrail, record.action, record.team or "")


def _tokens(record: RequestRecord) -> Iterator[tuple[Family, str, int | None]]:
    yield named.TOKENS, "input", record.input_tokens
    yield named.TOKENS, "output", record.output_tokens
    yield named.CACHED_TOKENS, "read", record.cache_read_input_tokens
    yield named.CACHED_TOKENS, "write", record.cache_write_input_tokens
