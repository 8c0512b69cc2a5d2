"""Refuse to print a report whose parts do not add up to its total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

from finops_report.errors import DatabaseError
from finops_report.warehouse import Row

PARTS = (
    "total_spend",
    "spend_by_provider",
    "spend_by_model",
    "spend_over_time",
    "requests_by_strategy",
    "spend_by_team",
)


def check_sums(views: Mapping[str, Sequence[Row]]) -> None:
    """Compare spend (to the last digit) and requests of every division with the totals, and the bridge with its end.

    Raises DatabaseError naming the view: a wrong figure must never be sent, whatever made it wrong.
    """
    with localcontext(prec=60):  # the usual 28 digits are fewer than the views sum with
        _check(views)


def _check(views: Mapping[str, Sequence[Row]]) -> None:
    (totals,) = views["totals"]
    for view in PARTS:
        for key in ("cost_usd", "requests"):
            _same(view, key, sum((Decimal(row[key] or 0) for row in views[view]), Decimal(0)), totals[key])
    steps = views["change_explained"]
    if steps:
        whole = sum((row["amount_usd"] for row in steps[:-1]), Decimal(0))
        _same("change_explained", "amount_usd", whole, steps[-1]["amount_usd"])


def _same(view: str, key: str, found: Decimal, wanted: Decimal) -> None:
    if found != wanted:
        raise DatabaseError(
            f"The figures do not add up: {key} of {view} is {found}, of the whole {wanted}",
            "nothing was written; please report this with the output of: finops-report query totals",
        )
