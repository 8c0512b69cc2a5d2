"""Say what was read and what became of it, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from finops_router.records import RequestRecord
from finops_router.telemetry.places import Place

from finops_report.ingest.ingesting import Ingested
from finops_report.ingest.tally import UNKNOWN, Tally, together
from finops_report.sections.cost_sources import AT
from finops_report.wording import formats

MOST_NAMED = 5
MOST_FILES = 10  # that each have lines of their own; more are summed by kind
SAMPLED = (
    *("provider", "model", "input_tokens", "output_tokens", "cache_read_input_tokens", "cost_estimated", "cost_source"),
    *("latency_ms", "team", "project", "end_user", "status"),
)


def summary(done: Ingested, db: Place) -> Iterator[str]:
    """Yield what was read of each file, then what is new."""
    few = len(done.tallies) <= MOST_FILES
    for tally in done.tallies if few else together(done.tallies):
        yield from _of_file(tally)
        if done.taken is None:
            yield from _details(tally)
    if done.taken is None:
        yield "nothing was written: leave --dry-run out to bring it in"
        return
    taken = done.taken
    already = f"; {formats.count(taken.known)} already there" if taken.known else ""
    repeated = f"; {formats.count(taken.repeated)} left out that repeat another" if taken.repeated else ""
    yield f"{formats.plural(taken.new, 'new request')} in {db}{already}{repeated}"
    if done.aside is not None:
        yield f"rows that could not be read are in {done.aside}"
    yield f"next: finops-report build --db {db}"


def _of_file(tally: Tally) -> Iterator[str]:
    name = tally.shown if tally.files == 1 else f"{tally.shown} and {formats.plural(tally.files - 1, 'more file')}"
    if tally.kind is None:
        yield f"{name}: passed over: {tally.passed_over or 'no rows'}"
        return
    yield (
        f"{name}: {tally.kind.title}, {formats.plural(tally.requests, 'request')}, "
        f"{formats.count(tally.input_tokens)} tokens in, {formats.count(tally.output_tokens)} out"
    )
    if tally.passed:
        yield f"  {formats.plural(tally.passed, 'row')} passed over: they are no requests, or lie within one"
    for source, cost_usd in tally.costs_usd.items():
        requests = formats.plural(tally.costs[source], "request")
        yield f"  ${formats.exact(cost_usd)} {AT.get(source, source)} ({requests})"
    if unknown := tally.costs[UNKNOWN]:
        yield f"  no price is known of {formats.plural(unknown, 'request')}"
    if tally.unknown_models:
        named = [f"{model} ({formats.count(times)})" for model, times in tally.unknown_models.most_common(MOST_NAMED)]
        yield f"  unknown models: {formats.listed(named)}"
    for reason, times in tally.aside.most_common(MOST_NAMED):
        yield f"  set aside, {formats.plural(times, 'row')}: {reason}"
    if tally.rows_aside:
        yield f"  the first of them: {tally.first_aside}"


def _details(tally: Tally) -> Iterator[str]:
    """Yield which column is read as what, and the first requests."""
    if tally.kind is None:
        return
    yield "  read as:"
    for theirs, ours in tally.kind.columns.items():
        yield f"    {theirs} -> {ours}"
    for number, record in enumerate(tally.sample, 1):
        yield f"  request {number}: {_sampled(record)}"


def _sampled(record: RequestRecord) -> str:
    known = ((name, getattr(record, name)) for name in SAMPLED)
    return ", ".join(f"{name} {value}" for name, value in known if value is not None)
