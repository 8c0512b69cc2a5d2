"""Say what each strategy left on the table against the best choice on the same work."""

from __future__ import annotations

from finops_report.analysis.totals import Facts
from finops_report.model import Row, Section
from finops_report.sections.columns import REQUESTS, STRATEGY, amount, amount_or_nothing, cost
from finops_report.sections.tables import Field, table
from finops_report.wording import formats


def regret_section(facts: Facts) -> Section:
    """Every strategy against the cheapest and the fastest model of its cells."""
    rows = facts.views["strategy_regret"]
    fields = (
        STRATEGY,
        REQUESTS,
        cost(facts.currency),
        amount(facts.currency, "regret_usd", "Above the cheapest model"),
        amount_or_nothing(facts.currency, "interval_usd", "±"),
        Field("regret_ms", "Slower than the fastest, a request", formats.duration),
        Field("interval_ms", "± a request", formats.duration),
    )
    return Section(
        "strategy_regret",
        "Strategies against the best choice",
        _finding(facts),
        "Compared with the cheapest and the fastest model that served at least 20 requests of the same group and size: "
        "the same tokens at its cost a token, the same output tokens at its time an output token. ± is the 95 % "
        "interval. Quality of answers is not compared.",
        table(rows, fields),
        empty="" if rows else "Too few requests of equal group and size to compare.",
    )


def _finding(facts: Facts) -> str:
    intents = {row["strategy"]: row["intent"] for row in facts.views["requests_by_strategy"]}
    for row in facts.views["strategy_regret"]:
        if intents.get(row["strategy"]) == "cost" and row["regret_usd"] is not None and row["cost_usd"]:
            return _cost_finding(row)
    return "What each strategy left on the table"


def _cost_finding(row: Row) -> str:
    spent, regret, doubt = float(row["cost_usd"]), row["regret_usd"], row["interval_usd"]
    who = formats.shortened(row["strategy"], 40)
    if doubt is None:
        above = formats.percent(regret / spent)
        return f"{who} spent {above} more than the cheapest models seen on the same work would have"
    if regret < doubt:
        return f"{who} spent no more than the cheapest models seen on the same work, as far as can be told"
    above = f"{formats.percent(regret / spent)} (±{formats.percent(doubt / spent)})"
    return f"{who} spent {above} more than the cheapest models seen on the same work would have"
