"""What each strategy spent above the best choice on the same work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections.columns import duration, money, money_or_nothing
from finops_report.sections.shared_columns import REQUESTS, STRATEGY, spend
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_sentence


@dataclass(frozen=True, slots=True)
class StrategyRegret:
    """One strategy against the cheapest and the fastest model of its cells; None if it has no such model."""

    strategy: str
    requests: int
    cells: int
    cost_usd: Decimal | None
    regret_usd: float | None
    interval_usd: float | None
    regret_ms: float | None
    interval_ms: float | None


MOST_NAMED = 3
LEAST_DOUBT_RATIO = 0.0001  # an interval below is that of equal costs, which differ in their last digits alone
STRATEGY_REGRET = View("strategy_regret", StrategyRegret)


def section(facts: Facts) -> Section:
    """Return every strategy against the cheapest and the fastest model of its cells."""
    rows = facts.rows(STRATEGY_REGRET)
    fields: tuple[Field[StrategyRegret], ...] = (
        STRATEGY,
        REQUESTS,
        spend(facts.currency),
        money(facts.currency, "Above the cheapest model", lambda row: row.regret_usd),
        money_or_nothing(facts.currency, "±", lambda row: row.interval_usd),
        duration("Slower than the fastest, per request", lambda row: row.regret_ms),
        duration("± per request", lambda row: row.interval_ms),
    )
    return Section(
        view=STRATEGY_REGRET.name,
        title="Strategies against the best choice",
        finding=_finding(facts, rows),
        how_to_read="Compared with the cheapest and the fastest model that served at least 20 requests of the same "
        "group and size: the same tokens at its cost per token, the same output tokens at its time per output token. "
        f"± is the 95 % interval. Quality of answers is not compared.{_compared(facts, rows)}",
        table=table(rows, fields),
        empty="" if rows else "Too few requests of equal group and size to compare.",
    )


def _finding(facts: Facts, rows: Sequence[StrategyRegret]) -> str:
    """Return the most money that a strategy spent above the cheapest models, and which strategies spent none."""
    known = [row for row in rows if row.regret_usd is not None]
    if not known:
        return "What each strategy spent cannot be compared"
    above = [row for row in known if _exceeds_doubt(row)]
    if not above:
        return "No strategy spent more than the cheapest models seen on the same work, as far as can be told"
    most = max(above, key=lambda row: (row.regret_usd or 0.0, row.strategy))
    share = formats.percent((most.regret_usd or 0.0) / float(facts.cost_usd))
    finding = (
        f"{_name(most)} spent {_doubted(facts, most)} above the cheapest models seen "
        f"on the same work, {share} of all spend"
    )
    none = [_name(row) for row in known if row not in above][:MOST_NAMED]
    return f"{finding}; {formats.listed(none)} spent no more, as far as can be told" if none else finding


def _name(row: StrategyRegret) -> str:
    return formats.shortened(in_sentence("strategy", row.strategy), 40)


def _doubted(facts: Facts, row: StrategyRegret) -> str:
    """Return what was spent above, with its interval unless that is of no weight beside it."""
    regret_usd, interval_usd = row.regret_usd or 0.0, row.interval_usd or 0.0
    doubt = f" (±{facts.money(interval_usd)})" if interval_usd > LEAST_DOUBT_RATIO * regret_usd else ""
    return f"{facts.money(regret_usd)}{doubt}"


def _exceeds_doubt(row: StrategyRegret) -> bool:
    """Whether a strategy spent more, and by more than its interval."""
    return bool(row.regret_usd) and (row.regret_usd or 0.0) > (row.interval_usd or 0.0)


def _compared(facts: Facts, rows: Sequence[StrategyRegret]) -> str:
    """Return how many requests could be compared, if not all."""
    requests = sum(row.requests for row in rows)
    if requests == facts.requests:
        return ""
    counted = f"{formats.count(requests)} of {formats.count(facts.requests)} requests"
    return f" {counted} could be compared; the table has these alone."
