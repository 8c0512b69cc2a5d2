"""Refuse to print a report whose parts do not add up to its total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Protocol, TypeVar

from finops_report.analysis.totals import TOTALS, Facts
from finops_report.errors import DatabaseError
from finops_report.warehouse.views import View

DIGITS = 60  # the usual 28 digits are fewer than the views sum with


class Part(Protocol):
    """A row that holds a part of all spend and of all requests."""

    @property
    def cost_usd(self) -> Decimal | None: ...
    @property
    def requests(self) -> int: ...


PartType = TypeVar("PartType", bound=Part)


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure of a view, added up over its rows, and the whole it must come to."""

    view: str
    figure: str
    found: Decimal
    whole: Decimal


def sums(facts: Facts, view: View[PartType]) -> tuple[Sum, ...]:
    """Return what the rows of `view` come to in spend and requests, each beside the total."""
    rows, totals = facts.rows(view), facts.row(TOTALS)
    with localcontext(prec=DIGITS):
        cost_usd = sum((row.cost_usd for row in rows if row.cost_usd is not None), Decimal(0))
    requests = sum(row.requests for row in rows)
    return (
        Sum(view.name, "cost_usd", cost_usd, totals.cost_usd),
        Sum(view.name, "requests", Decimal(requests), Decimal(totals.requests)),
    )


def sum_of_steps(view: str, figure: str, steps: Iterable[Decimal], end: Decimal) -> Sum:
    """Return what the steps of a bridge come to, beside the end they must reach."""
    with localcontext(prec=DIGITS):
        return Sum(view, figure, sum(steps, Decimal(0)), end)


def check(found: Iterable[Sum]) -> None:
    """Compare each sum with its whole, to the last digit.

    Raises DatabaseError naming the view: a wrong figure must never be sent, whatever made it wrong.
    """
    for one in found:
        if one.found != one.whole:
            raise DatabaseError(
                f"The figures do not add up: {one.figure} of {one.view} is {one.found}, of the whole {one.whole}",
                "nothing was written; please report this with the output of: finops-report query totals",
            )
