"""Put the page's currency beside US dollars in the rows that CSV and JSON hand on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from finops_report.warehouse import Row
from finops_report.warehouse.views import Cell
from finops_report.wording.currency import Currency

DIGITS = 60  # the usual 28 digits are fewer than the views sum with
USD = "usd"


def with_both_amounts(rows: Sequence[Row], currency: Currency) -> Sequence[Row]:
    """Return the rows with each amount of US dollars followed by the same in the page's currency: cost_usd, cost_eur.

    Decimals stay exact; the rows are returned as they are if the page is in US dollars.
    """
    if currency.code == "USD":
        return rows
    return [_row(row, currency) for row in rows]


def _row(row: Row, currency: Currency) -> Row:
    both: dict[str, Cell] = {}
    for name, value in row.items():
        both[name] = value
        if (other := _in_currency(name, currency)) is not None:
            both[other] = _converted(value, currency)
    return both


def _in_currency(name: str, currency: Currency) -> str | None:
    """Return the name an amount of US dollars has in another currency; None if `name` is no amount."""
    parts = name.split("_")
    return "_".join(currency.code.lower() if part == USD else part for part in parts) if USD in parts else None


def _converted(value: Cell, currency: Currency) -> Cell:
    with localcontext(prec=DIGITS):
        if isinstance(value, Decimal):
            return value * currency.rate
        if isinstance(value, int | float):
            return float(Decimal(repr(value)) * currency.rate)
    return value
