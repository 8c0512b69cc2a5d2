"""Say where a month is expected to end."""

from __future__ import annotations

from datetime import date

from finops_report.wording import formats
from finops_report.wording.currency import Currency


def expected_end(
    money: Currency,
    month: date,
    until: date,
    expected_usd: float,
    low_usd: float,
    high_usd: float,
    spent_usd: float,
    *,
    unpriced_requests: int,
) -> str:
    """Return what a month is expected to come to, in which range, and what of it is spent by `until`."""
    return (
        f"{formats.month_in_full(month)} is expected to end at {money.money(expected_usd)}, in 8 of 10 cases between "
        f"{money.money(low_usd)} and {money.money(high_usd)}; {money.money(spent_usd)} is spent by "
        f"{formats.day(until)}{_unpriced(unpriced_requests)}"
    )


def _unpriced(requests: int) -> str:
    return f"; {formats.plural(requests, 'request')} without a known price not counted" if requests else ""
