"""What guardrails decided, what spend that concerns, and which requests none of them looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops_report.analysis.integrity import Sum
from finops_report.analysis.totals import TOTALS, Facts
from finops_report.charts import Chart
from finops_report.charts.colours import GREY, SERIES
from finops_report.charts.over_time import Block, over_time, stacked
from finops_report.model import Section
from finops_report.sections.columns import count, money_or_nothing, text
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class GuardrailDecisions:
    """What one guardrail did to requests of one team; `cost_usd` is what those cost that were sent, `avoided_usd` what
    the others were expected to cost. None: no price is known; `unpriced_decisions` are of requests without any.
    """

    guardrail: str
    action: str
    team: str
    decisions: int
    cost_usd: Decimal | None
    avoided_usd: Decimal | None
    unpriced_decisions: int


@dataclass(frozen=True, slots=True)
class GuardrailBucket:
    """Decisions of one kind in one day, week or month; `action` is None in a bucket without any."""

    bucket: date
    action: str | None
    decisions: int


@dataclass(frozen=True, slots=True)
class GuardedTeam:
    """Requests of one team, and those of them that no guardrail looked at, with what these cost."""

    team: str
    requests: int
    unguarded_requests: int
    unguarded_cost_usd: Decimal | None
    unguarded_unpriced_requests: int


GUARDRAIL_DECISIONS = View("guardrail_decisions", GuardrailDecisions)
GUARDRAILS_OVER_TIME = View("guardrails_over_time", GuardrailBucket)
GUARDED_REQUESTS = View("guarded_requests", GuardedTeam)
COLOURS: Mapping[str, str] = {  # in the order of their weight
    "blocked": SERIES[6],
    "failed": SERIES[1],
    "redacted": SERIES[0],
    "flagged": SERIES[4],
    "exempted": GREY,
}
MOST_ROWS = 6
MOST_NAMES = 2
HOW = (
    "Each decision of a guardrail about a request, at the time of the request. Spend: what the requests cost; one with "
    "several decisions is in each of their rows. Avoided: what requests that were never sent were expected to cost."
)


def section(facts: Facts) -> Section | None:
    """Return what guardrails decided; None if they decided nothing, and nobody records that they look at requests."""
    rows, looked_at = facts.rows(GUARDRAIL_DECISIONS), facts.rows(GUARDED_REQUESTS)
    if not rows and not any(row.requests > row.unguarded_requests for row in looked_at):
        return None
    fields: tuple[Field[GuardrailDecisions], ...] = (
        text("Guardrail", lambda row: row.guardrail),
        text("Action", lambda row: row.action),
        text("Team", lambda row: row.team),
        count("Decisions", lambda row: row.decisions, summed=True),
        money_or_nothing(facts.currency, "Spend", lambda row: row.cost_usd),
        *_avoided(facts, rows),
        count("At unknown cost", lambda row: row.unpriced_decisions, summed=True),
    )
    return Section(
        view=GUARDRAIL_DECISIONS.name,
        title="Guardrails",
        finding=_finding(facts, rows),
        how_to_read=f"{HOW} {_not_covered(facts, looked_at)}",
        table=table(rows, fields, MOST_ROWS),
        charts=(_over_time(facts),) if rows else (),
        empty="" if rows else "No guardrail objected to a request of this period.",
        adds_up=_adds_up(facts, rows, looked_at),
    )


def _avoided(facts: Facts, rows: Sequence[GuardrailDecisions]) -> tuple[Field[GuardrailDecisions], ...]:
    """Return the column of what was avoided, if anything was."""
    if all(row.avoided_usd is None for row in rows):
        return ()
    return (money_or_nothing(facts.currency, "Avoided", lambda row: row.avoided_usd, summed=True),)


def _finding(facts: Facts, rows: Sequence[GuardrailDecisions]) -> str:
    if not rows:
        return "Guardrails objected to nothing"
    by_action: dict[str, int] = {}
    for row in rows:
        by_action[row.action] = by_action.get(row.action, 0) + row.decisions
    ordered = sorted(by_action, key=lambda name: (-by_action[name], name))
    kinds = formats.listed([f"{formats.count(by_action[name])} {formats.shortened(name, 20)}" for name in ordered[:5]])
    avoided = [row.avoided_usd for row in rows if row.avoided_usd is not None]
    saved = f"; {facts.money(sum(avoided, Decimal(0)))} of spend avoided" if avoided else ""
    return f"{formats.plural(sum(by_action.values()), 'guardrail decision')}: {kinds}{saved}"


def _not_covered(facts: Facts, rows: Sequence[GuardedTeam]) -> str:
    """Return in a sentence which requests no guardrail looked at."""
    missed = [row for row in rows if row.unguarded_requests]
    if not rows:
        return "Which requests guardrails looked at is not recorded."
    if not missed:
        return "Guardrails looked at every request."
    requests, unguarded = sum(row.requests for row in rows), sum(row.unguarded_requests for row in missed)
    spent = sum((row.unguarded_cost_usd or Decimal(0) for row in missed), Decimal(0))
    unpriced = sum(row.unguarded_unpriced_requests for row in missed)
    unknown = f", {formats.count(unpriced)} of them at unknown cost" if unpriced else ""
    most = formats.listed([formats.shortened(row.team, 30) for row in missed[:MOST_NAMES]])
    part = "most by team" if len(missed) > MOST_NAMES else "by team"
    return (
        f"No guardrail looked at {formats.plural(unguarded, 'request')} ({formats.percent(unguarded / requests)}) for "
        f"{facts.money(spent)}{unknown}, {part}: {most}."
    )


def _adds_up(facts: Facts, rows: Sequence[GuardrailDecisions], looked_at: Sequence[GuardedTeam]) -> tuple[Sum, ...]:
    over_time = sum(row.decisions for row in facts.rows(GUARDRAILS_OVER_TIME))
    decided = Sum(
        GUARDRAILS_OVER_TIME.name, "decisions", Decimal(over_time), Decimal(sum(row.decisions for row in rows))
    )
    if not looked_at:
        return (decided,)
    requests, whole = sum(row.requests for row in looked_at), facts.row(TOTALS).requests
    return (decided, Sum(GUARDED_REQUESTS.name, "requests", Decimal(requests), Decimal(whole)))


def _over_time(facts: Facts) -> Chart:
    blocks = [Block(row.bucket, row.action, row.decisions) for row in facts.rows(GUARDRAILS_OVER_TIME)]
    figure = over_time(stacked(blocks, COLOURS), {"title": {"text": "decisions"}})
    return Chart("guardrails_over_time", "Guardrail decisions over time by what was done", figure)
