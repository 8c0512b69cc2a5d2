"""Amounts in two currencies, side by side and named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from finops_report.analysis.amounts import with_both_amounts
from finops_report.warehouse import Row
from finops_report.wording.currency import US_DOLLARS, Currency

EUROS = Currency("EUR", Decimal("0.92"), "ECB")
ROW: Row = {
    "day": date(2026, 10, 1),
    "cost_usd": Decimal("978.350000000001"),
    "usd_per_million_tokens": 0.5,
    "interval_usd": None,
    "requests": 3,
}


def test_each_amount_has_the_other_behind_it_to_the_last_digit() -> None:
    assert list(with_both_amounts([ROW], EUROS)[0].items()) == [
        ("day", date(2026, 10, 1)),
        ("cost_usd", Decimal("978.350000000001")),
        ("cost_eur", Decimal("900.08200000000092")),
        ("usd_per_million_tokens", 0.5),
        ("eur_per_million_tokens", 0.46),
        ("interval_usd", None),
        ("interval_eur", None),
        ("requests", 3),
    ]


def test_a_report_in_us_dollars_has_them_once() -> None:
    assert with_both_amounts([ROW], US_DOLLARS) == [ROW]
