"""What each strategy left on the table against the best choice on the same work."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections.columns import duration, money, money_or_nothing
from finops_report.sections.requests_by_strategy import REQUESTS_BY_STRATEGY
from finops_report.sections.shared_columns import REQUESTS, STRATEGY, spend
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


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
        duration("Slower than the fastest, a request", lambda row: row.regret_ms),
        duration("± a request", lambda row: row.interval_ms),
    )
    return Section(
        view=STRATEGY_REGRET.name,
        title="Strategies against the best choice",
        finding=_finding(facts),
        how_to_read="Compared with the cheapest and the fastest model that served at least 20 requests of the same "
        "group and size: the same tokens at its cost a token, the same output tokens at its time an output token. ± is "
        "the 95 % interval. Quality of answers is not compared.",
        table=table(rows, fields),
        empty="" if rows else "Too few requests of equal group and size to compare.",
    )


def _finding(facts: Facts) -> str:
    """Return what a strategy that promises low cost spent above the cheapest models, if one can be compared."""
    intents = {row.strategy: row.intent for row in facts.rows(REQUESTS_BY_STRATEGY)}
    for row in facts.rows(STRATEGY_REGRET):
        if intents.get(row.strategy) == "cost" and row.regret_usd is not None and row.cost_usd:
            return _cost_finding(row.strategy, float(row.cost_usd), row.regret_usd, row.interval_usd)
    return "What each strategy left on the table"


def _cost_finding(strategy: str, spent_usd: float, regret_usd: float, interval_usd: float | None) -> str:
    who = formats.shortened(strategy, 40)
    if interval_usd is not None and regret_usd < interval_usd:
        return f"{who} spent no more than the cheapest models seen on the same work, as far as can be told"
    above = formats.percent(regret_usd / spent_usd)
    if interval_usd is not None:
        above = f"{above} (±{formats.percent(interval_usd / spent_usd)})"
    return f"{who} spent {above} more than the cheapest models seen on the same work would have"
