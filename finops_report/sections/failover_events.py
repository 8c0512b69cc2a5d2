"""Who stood in for whom, how often, why and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.matrix import matrix
from finops_report.charts.over_time import Block, over_time, stacked
from finops_report.model import Section
from finops_report.sections.columns import count, text
from finops_report.sections.spend_by_provider import name_colours
from finops_report.sections.tables import Field, table
from finops_report.sections.unseen import unseen
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class Failover:
    """Moves from one provider to another for one reason; `recovered` of them ended with an answer."""

    from_provider: str
    to_provider: str
    error_type: str
    events: int
    recovered: int


@dataclass(frozen=True, slots=True)
class FailoverBucket:
    """Moves away from one provider in one day, week or month; `from_provider` is None in a bucket without any."""

    bucket: date
    from_provider: str | None
    events: int
    recovered: int


FAILOVER_EVENTS = View("failover_events", Failover)
FAILOVERS_OVER_TIME = View("failovers_over_time", FailoverBucket)
MOST_PROVIDERS = 8
RESTING = "resting after failures"  # as data have it


def section(facts: Facts) -> Section:
    """Return the failovers from one provider to another."""
    rows = facts.rows(FAILOVER_EVENTS)
    fields: tuple[Field[Failover], ...] = (
        text("From", lambda row: facts.called(row.from_provider)),
        text("To", lambda row: facts.called(row.to_provider)),
        text("Why", _why),
        count("Failovers", lambda row: row.events, summed=True),
        count("Recovered", lambda row: row.recovered, summed=True),
    )
    return Section(
        view=FAILOVER_EVENTS.name,
        title="Provider failures and failovers",
        finding=_finding(facts, rows),
        how_to_read=(
            "Each bar counts failovers: requests that left a provider, in its colour, for another; one request may "
            "do so more than once. Recovered: it got an answer; requests that no other provider took are not counted. "
            "The matrix shows who took over from whom."
        ),
        table=table(rows, fields),
        charts=(_over_time(facts), _matrix(facts, rows)) if rows else (),
        empty="" if rows else _none(facts),
    )


def _why(row: Failover) -> str:
    """Return the reason in words; the provider was not asked while it was kept away after earlier failures."""
    if row.error_type == RESTING:
        return "kept away after failures"
    return row.error_type.replace("_", " ")


def _none(facts: Facts) -> str:
    return unseen(facts) or "Every request was answered by the first provider it was sent to."


def _finding(facts: Facts, rows: Sequence[Failover]) -> str:
    if not rows:
        return "Failovers cannot be seen" if unseen(facts) else "No failovers in this period"
    events = sum(row.events for row in rows)
    worst, away = next(iter(_busiest_first(rows, lambda row: row.from_provider).items()))
    recovered = sum(row.recovered for row in rows)
    ended = "all" if recovered == events else f"{formats.count(recovered)} of {formats.count(events)}"
    return (
        f"{formats.plural(events, 'failover')}, {formats.percent(away / events)} of them away from "
        f"{formats.shortened(facts.called(worst), 40)}; "
        f"{ended} recovered"
    )


def _busiest_first(rows: Sequence[Failover], end: Callable[[Failover], str]) -> dict[str, int]:
    """Return the failovers of each provider at one end of them, the most first."""
    events: dict[str, int] = {}
    for row in rows:
        events[end(row)] = events.get(end(row), 0) + row.events
    return dict(sorted(events.items(), key=lambda item: (-item[1], item[0])))


def _over_time(facts: Facts) -> Chart:
    blocks = [
        Block(row.bucket, row.from_provider and facts.called(row.from_provider), row.events)
        for row in facts.rows(FAILOVERS_OVER_TIME)
    ]
    traces = stacked(blocks, name_colours(facts), before="from ")
    figure = over_time(traces, {"title": {"text": "failovers"}})
    return Chart("failovers_over_time", "Failovers over time by the provider they left", figure)


def _matrix(facts: Facts, rows: Sequence[Failover]) -> Chart:
    """Return how often each of the busiest providers took over from each of those that were left most."""
    left = list(_busiest_first(rows, lambda row: facts.called(row.from_provider)))[:MOST_PROVIDERS]
    took = list(_busiest_first(rows, lambda row: facts.called(row.to_provider)))[:MOST_PROVIDERS]
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        pair = (facts.called(row.from_provider), facts.called(row.to_provider))
        counts[pair] = counts.get(pair, 0) + row.events
    figure = matrix(counts, ("from", left), ("to", took), "took over from")
    return Chart("failover_matrix", "Who took over from whom", figure)
