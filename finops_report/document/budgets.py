"""Read the budgets back from report.json: how each stands, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from finops_report.analysis.rules.budgets import GRAVEST_FIRST, VERDICTS, State
from finops_report.analysis.verdict import Verdict
from finops_report.document.values import number, number_or_none, text
from finops_report.wording.budgets import so_far, used_of
from finops_report.wording.currency import Currency

SCOPE = ("team", "project", "provider", "model", "environment", "end_user", "tag")
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One of the budgets: its name, and how it stands in its period under way: 'within', 'at risk' and so on.

    `used` is what is used of it, `so_far` the share of that, of its time, and what is expected; both are '' if
    report.json has no figures of it. `is_company` if it is for everything, `is_judged`
    unless the company has turned that off.
    """

    name: str
    state: State
    used: str = ""
    so_far: str = ""
    used_share: float | None = None
    is_company: bool = False
    is_judged: bool = True

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.state] if self.is_judged else "not judged"

    @property
    def is_alarming(self) -> bool:
        """Whether somebody has to do something: it is breached or at risk."""
        return self.state in ("breached", "at risk")


def budget_lines(states: Rows, uses: Rows, money: Currency) -> tuple[BudgetLine, ...]:
    """Return the budgets, the gravest first: `states` is the part of report.json, `uses` the rows of the view.

    Raises KeyError, TypeError, ValueError or ArithmeticError for what is no such row.
    """
    by_name = {text(use["budget"]): use for use in uses}
    lines = [_line(one, by_name.get(text(one["budget"])), money) for one in states]
    return tuple(sorted(lines, key=lambda line: GRAVEST_FIRST.index(line.state)))


def _line(one: Mapping[str, Any], use: Mapping[str, Any] | None, money: Currency) -> BudgetLine:
    name, state = text(one["budget"]), _state(one["state"])
    is_judged = one.get("verdict") != "not judged"
    if use is None:
        return BudgetLine(name, state, is_judged=is_judged)
    used_share = number_or_none(use["used_share"])
    return BudgetLine(
        name=name,
        state=state,
        used=used_of(money, number_or_none(use["used_usd"]), Decimal(str(number(use["amount"])))),
        so_far=_so_far(one, use, money),
        used_share=used_share,
        is_company=all(use.get(kind) is None for kind in SCOPE),
        is_judged=is_judged,
    )


def _so_far(one: Mapping[str, Any], use: Mapping[str, Any], money: Currency) -> str:
    passed_share = number(use["passed_share"])
    days = (date.fromisoformat(use["first_day"]), date.fromisoformat(use["last_day"]))
    at_pace = number_or_none(one.get("at_pace_usd"))  # older reports have none
    expected = number_or_none(one.get("expected_usd"))
    return so_far(money, number_or_none(use["used_share"]), passed_share, days, expected, at_pace)


def _state(value: object) -> State:
    """Return a state. Raises ValueError for what is none."""
    for state in GRAVEST_FIRST:
        if value == state:
            return state
    raise ValueError(f"{value!r:.40} is no state of a budget")
