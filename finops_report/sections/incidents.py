"""When a provider was in trouble: runs of bad hours on their time line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.colours import GREY
from finops_report.charts.time_line import Stretch, time_line
from finops_report.model import Section
from finops_report.sections.columns import count, in_minutes, minutes, moment, money
from finops_report.sections.shared_columns import provider
from finops_report.sections.spend_by_provider import provider_colours
from finops_report.sections.tables import Field, table
from finops_report.sections.unseen import at_unknown_cost, unseen
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class Incident:
    """A run of bad hours of one provider, from `started_at` to `ended_at` in the reporting time zone."""

    provider: str
    started_at: datetime
    ended_at: datetime
    hours: int
    failed_attempts: int
    requests_rerouted: int
    failed_minutes: float
    cost_usd: float
    unpriced_failed_attempts: int


INCIDENTS = View("incidents", Incident)


def section(facts: Facts) -> Section:
    """Return the incidents of all providers."""
    rows = facts.rows(INCIDENTS)
    fields: tuple[Field[Incident], ...] = (
        provider(facts),
        moment("From", lambda row: row.started_at),
        moment("To", lambda row: row.ended_at),
        count("Hours", lambda row: row.hours),
        count("Failed attempts", lambda row: row.failed_attempts),
        count("Sent elsewhere meanwhile", lambda row: row.requests_rerouted),
        minutes("Time lost", lambda row: row.failed_minutes),
        money(facts.currency, "Cost of failures and fallbacks", lambda row: row.cost_usd),
        count("Failed at unknown cost", lambda row: row.unpriced_failed_attempts),
    )
    return Section(
        view=INCIDENTS.name,
        title="Incidents",
        finding=_finding(facts, rows),
        how_to_read="Hours in a row in which at least a tenth (and at least five) of a provider's attempts failed or "
        "were kept away from it. A square marks the start, the line runs to the end; ×2 behind a provider: it had two.",
        table=table(rows, fields),
        charts=(_chart(facts, rows),) if rows else (),
        empty="" if rows else _none(facts),
    )


def _none(facts: Facts) -> str:
    return unseen(facts) or "No hour had enough failures."


def _finding(facts: Facts, rows: Sequence[Incident]) -> str:
    if not rows:
        return "Incidents cannot be seen" if unseen(facts) else "No incident was seen"
    hours, lost = sum(row.hours for row in rows), sum(row.failed_minutes for row in rows)
    cost = sum(row.cost_usd for row in rows)
    in_all = " in all" if len(rows) > 1 else ""
    met = f"{formats.plural(len(rows), 'incident')}, {formats.plural(hours, 'hour')}{in_all}"
    unknown = at_unknown_cost(sum(row.unpriced_failed_attempts for row in rows))
    return f"{met}: {in_minutes(lost)} lost to failed attempts, {facts.money(cost)} for failures and fallbacks{unknown}"


def _chart(facts: Facts, rows: Sequence[Incident]) -> Chart:
    """Return the incidents of each provider on its line, with their number."""
    colours = provider_colours(facts)
    ordered = sorted(rows, key=lambda row: (row.provider, row.started_at))
    stretches = [
        Stretch(
            facts.called(row.provider), row.started_at, row.ended_at, colours.get(row.provider, GREY), _text(facts, row)
        )
        for row in ordered
    ]
    numbers = Counter(facts.called(row.provider) for row in ordered)
    figure = time_line(stretches, numbers, facts.period.start, facts.period.end)
    return Chart("incident_timeline", "Incidents by provider", figure)


def _text(facts: Facts, row: Incident) -> str:
    return (
        f"{formats.moment(row.started_at)}, {formats.plural(row.hours, 'hour')}: "
        f"{formats.count(row.failed_attempts)} failed, {formats.count(row.requests_rerouted)} sent elsewhere, "
        f"{in_minutes(row.failed_minutes)} lost, "
        f"{facts.money(row.cost_usd)}{at_unknown_cost(row.unpriced_failed_attempts)}"
    )
