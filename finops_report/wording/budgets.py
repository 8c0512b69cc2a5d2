"""Say how budgets stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from finops_report.wording import formats
from finops_report.wording.currency import Currency
from finops_report.wording.formats import Number

MOST_NAMED = 3


def used_of(money: Currency, used_usd: Number | None, amount: Decimal) -> str:
    """Return what is used of a budget: '$812.00 of $1,000.00'; the `amount` is in the page's currency already."""
    return f"{money.money(used_usd)} of {money.stated_money(amount)}"


def so_far(
    money: Currency,
    used_share: float | None,
    passed_share: float,
    days: tuple[date, date],
    expected_usd: Number | None,
    at_pace_usd: float | None,
) -> str:
    """Return the shares used and passed, and what is expected: '81 % used, 60 % of 1–30 Nov 2026 passed, ...'.

    What is expected is the forecast; without one it is what the present pace leads to; nothing if neither is known.
    """
    parts = (
        f"{formats.percent(used_share)} used" if used_share is not None else "",
        f"{formats.percent(passed_share)} of {formats.span(*days)} passed",
        f"forecast {money.money(expected_usd)}"
        if expected_usd is not None
        else f"at this pace {money.money(at_pace_usd)}"
        if at_pace_usd
        else "",
    )
    return ", ".join(filter(None, parts))


def in_all(found: Sequence[tuple[str, str]]) -> str:
    """Return how many budgets stand how: '5 budgets: 1 breached (Search), 4 within'.

    `found` has the name and the state of each, the gravest first; there is at least one.
    """
    by_state: dict[str, list[str]] = {}
    for name, state in found:
        by_state.setdefault(state, []).append(name)
    within = by_state.pop("within", [])
    if len(within) == len(found):
        return f"All {len(found)} budgets are kept so far" if len(found) > 1 else f"{_names(within)} is kept so far"
    parts = (f"{formats.count(len(names))} {state} ({_names(names)})" for state, names in by_state.items())
    kept = f", {formats.count(len(within))} within" if within else ""
    return f"{formats.plural(len(found), 'budget')}: {', '.join(parts)}{kept}"


def _names(names: Iterable[str]) -> str:
    cut = [formats.shortened(name, 40) for name in names]
    more = len(cut) - MOST_NAMED
    return ", ".join(cut[:MOST_NAMED]) + (f" and {formats.count(more)} more" if more > 0 else "")
