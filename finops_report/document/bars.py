"""Read the parts of spend back from report.json as bars: providers, models, teams, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from finops_report.document.months import MonthSpend
from finops_report.document.values import number_or_none, text
from finops_report.wording import formats
from finops_report.wording.currency import Currency
from finops_report.wording.providers import provider_names
from finops_report.wording.unrecorded import NO_TEAM, NOBODY

TOP = 6
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of spend: its name, its amount, share and change as text, its length in percent of the longest.

    Share and change are '' if they are not known.
    """

    name: str
    money: str
    share: str
    length_percent: int
    change: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a bar is made of; the two sides of the comparison are None if nothing is compared."""

    name: str
    cost_usd: float | None
    share: float | None
    old_usd: float | None = None
    new_usd: float | None = None


def provider_bars(rows: Rows, money: Currency) -> tuple[Bar, ...]:
    """Return the providers, each as readers know it. Raises KeyError, TypeError or ValueError for no such rows."""
    parts = _parts(rows, "provider")
    names = provider_names(part.name for part in parts)
    return _bars([replace(part, name=names[part.name]) for part in parts], money)


def model_bars(rows: Rows, money: Currency) -> tuple[Bar, ...]:
    """Return the models. Raises as `provider_bars` does."""
    return _bars(_parts(rows, "model"), money)


def team_bars(rows: Rows, money: Currency, *, compared: bool) -> tuple[Bar, ...]:
    """Return the teams, largest first, with their change if spend is `compared`; none if no team is recorded.

    Raises as `provider_bars` does.
    """
    found: dict[str, _Part] = {}
    for part in _team_parts(rows, compared=compared):
        found[part.name] = _sum([found[part.name], part]) if part.name in found else part
    if set(found) <= {NOBODY}:
        return ()
    parts = sorted(found.values(), key=lambda part: (-(part.cost_usd or 0), part.name))
    return _bars([replace(part, name=NO_TEAM) if part.name == NOBODY else part for part in parts], money)


def month_bars(months: Sequence[MonthSpend], money: Currency, most: int = TOP) -> tuple[Bar, ...]:
    """Return the last months, newest first, each with its change from the one before; none of fewer than two.

    Amounts are written as the column of the page has them.
    """
    recorded = [month for month in months if month.is_recorded]
    if len(recorded) < 2:
        return ()
    written = dict(zip(recorded, money.column([month.cost_usd for month in recorded]), strict=True))
    shown = months[-most:][::-1]
    longest = max((month.cost_usd or 0 for month in shown), default=0) or 1
    return tuple(
        Bar(
            month.label,
            written.get(month, formats.NOT_RECORDED),
            "",
            round(100 * (month.cost_usd or 0) / longest),
            "" if month.cost_change is None else formats.change(month.cost_change),
        )
        for month in shown
    )


def _parts(rows: Rows, key: str) -> list[_Part]:
    return [_Part(text(row[key]), number_or_none(row["cost_usd"]), number_or_none(row["share"])) for row in rows]


def _team_parts(rows: Rows, *, compared: bool) -> list[_Part]:
    parts = _parts(rows, "team")
    if not compared:
        return parts
    return [
        replace(part, old_usd=number_or_none(row.get("old_cost_usd")), new_usd=number_or_none(row.get("new_cost_usd")))
        for part, row in zip(parts, rows, strict=True)
    ]


def _sum(parts: Sequence[_Part]) -> _Part:
    """Return several parts as one with the name of the first; what is known of none of them is not known."""
    return _Part(
        parts[0].name,
        _added([part.cost_usd for part in parts]),
        _added([part.share for part in parts]),
        _added([part.old_usd for part in parts]),
        _added([part.new_usd for part in parts]),
    )


def _added(amounts: Sequence[float | None]) -> float | None:
    known = [one for one in amounts if one is not None]
    return sum(known) if known else None


def _bars(parts: Sequence[_Part], money: Currency) -> tuple[Bar, ...]:
    """Return the first parts and the sum of the others, if there are several."""
    most = TOP if len(parts) > TOP + 1 else TOP + 1
    shown, others = list(parts[:most]), parts[most:]
    longest = max((part.cost_usd or 0 for part in shown), default=0) or 1
    if others:
        rest = _sum(others)
        name = f"{formats.count(len(others))} others"
        shown.append(replace(rest, name=name, cost_usd=rest.cost_usd or 0, share=rest.share or 0))
    return tuple(_bar(part, longest, money) for part in shown)


def _bar(part: _Part, longest: float, money: Currency) -> Bar:
    return Bar(
        formats.shortened(part.name, 40),
        money.money(part.cost_usd),
        ""
        if part.share is None
        else formats.percent(round(part.share, 12)),  # a sum is a whole but for its last digits
        min(100, round(100 * (part.cost_usd or 0) / longest)),
        _change(part),
    )


def _change(part: _Part) -> str:
    """Return the change from the old side of the comparison to the new one; 'new' if nothing was spent before."""
    if part.old_usd is None or part.new_usd is None:
        return ""
    if not part.old_usd:
        return "new" if part.new_usd else ""
    return formats.change(part.new_usd / part.old_usd - 1)
