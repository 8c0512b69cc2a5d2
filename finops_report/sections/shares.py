"""Draw a division of spend: a bar a part with its share, all others as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.charts import Figure
from finops_report.charts.bars import Bar, across
from finops_report.charts.colours import GREY
from finops_report.charts.figure import money_axis
from finops_report.wording import formats
from finops_report.wording.currency import Currency


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of spend: its name, its colour, its spend and share (None if it has no known price).

    `number` is how many it stands for, if it stands for more than itself; `requests` is what its hover label says.
    """

    label: str
    colour: str
    cost_usd: Decimal | None
    share: float | None
    number: int = 1
    requests: int | None = None


def shares(currency: Currency, slices: Sequence[Slice], most: int) -> Figure:
    """Return the first `most` parts as bars, to the same digits, and what comes after them as one."""
    named, tail = slices[:most], slices[most:]
    amounts = currency.column([one.cost_usd for one in named])
    bars = [_bar(currency, one, amount) for one, amount in zip(named, amounts, strict=True)]
    if not tail:
        return across(bars, money_axis(currency))
    others = _together(tail)
    return across(bars, money_axis(currency), _bar(currency, others, currency.money(others.cost_usd)))


def _together(slices: Sequence[Slice]) -> Slice:
    cost_usd = sum((one.cost_usd or Decimal(0) for one in slices), Decimal(0))
    number = sum(one.number for one in slices)
    requests = None if any(one.requests is None for one in slices) else sum(one.requests or 0 for one in slices)
    share = sum(one.share or 0 for one in slices)
    return Slice(f"{formats.count(number)} others", GREY, cost_usd, share, number, requests)


def _bar(currency: Currency, one: Slice, amount: str) -> Bar:
    text = amount if one.share is None else f"{amount} · {formats.percent(one.share)}"
    more = "" if one.requests is None else formats.plural(one.requests, "request")
    return Bar(one.label, currency.amount(one.cost_usd), text, one.colour, more=more)
