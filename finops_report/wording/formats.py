"""Format numbers, durations and dates as finance readers expect them; None is 'not recorded'."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from finops_report.wording.bounds import decimals, settled

NOT_RECORDED = "not recorded"
# After a number: its unit, or a month after its day. No line may end between them.
UNITS = r"%|ms|s|min|h|k|M|B|T|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
WITH_UNIT = re.compile(rf"(?<=\d) (?=(?:{UNITS})(?!\w))")
Number = int | float | Decimal


def count(number: Number | None) -> str:
    """Return a whole number with thousands separators."""
    return NOT_RECORDED if number is None else f"{int(number):,}"


def tokens(number: Number | None) -> str:
    """Return a number of tokens in thousands, millions or billions, with three digits: '26.9 M'."""
    if number is None:
        return NOT_RECORDED
    value = float(number)
    if value < 1e4:
        return f"{int(value):,}"
    for size, name in ((1e3, "k"), (1e6, "M"), (1e9, "B")):
        if value / size < 999.5:
            return f"{value / size:.3g} {name}"
    return f"{value / 1e12:,.4g} T"


def percent(ratio: Number | None, bounds: Sequence[float] = ()) -> str:
    """Return a ratio as percent; more than nothing never prints as 0 %, less than all never as 100 %.

    `bounds` are those it is held against: it has as many digits as show on which side of each it lies.
    """
    if ratio is None:
        return NOT_RECORDED
    size, held = abs(float(ratio)), [settled(bound) * 100 for bound in (*bounds, 0, 1)] if bounds else []
    if 0 < size < 0.001 and not any(0 < abs(bound) < 0.001 for bound in bounds):
        return "under 0.1 %"
    if 0.999 < size < 1 and not any(0.999 < abs(bound) < 1 for bound in bounds):
        return "over 99.9 %"
    value, size = settled(ratio) * 100, size * 100
    digits = decimals(value, held, 0 if size >= 10 and not 99 < size < 100 else 1)
    return f"{_trimmed(f'{value:,.{digits}f}')} %".replace("-", "−")


def times(ratio: float, bounds: Sequence[float] = ()) -> str:
    """Return a multiple: 1.543 -> '1.5'; `bounds` as in `percent`: '1.54' beside a bound of 1.5."""
    value = settled(ratio)
    digits = decimals(value, [settled(bound) for bound in bounds], max(0, 1 - value.adjusted()))
    return _trimmed(f"{value:,.{digits}f}")


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def exact(number: Number) -> str:
    """Return a number with all its digits, as bounds are written: 1.55 -> '1.55'."""
    return f"{Decimal(str(number)).normalize():f}".replace("-", "−")


def exact_percent(ratio: Number) -> str:
    """Return a ratio as percent with all its digits: 0.1254 -> '12.54 %'."""
    return f"{exact(Decimal(str(ratio)) * 100)} %"


def change(ratio: float | None, bounds: Sequence[float] = ()) -> str:
    """Return a relative change with its sign: 0.08 -> '+8 %'; `bounds` as in `percent`."""
    if ratio is None:
        return NOT_RECORDED
    return ("+" if ratio > 0 else "") + percent(ratio, bounds)


def compared(ratio: float, more: str, less: str, same: str, bounds: Sequence[float] = ()) -> str:
    """Return a relative change in the given words: 0.08 -> '8 % more than', 0.0 -> 'as much as'.

    `bounds`, as in `percent`, are of a rise.
    """
    if abs(ratio) < 0.0005 and not any(0 <= bound < 0.0005 for bound in bounds):
        return same
    return f"{percent(abs(ratio), bounds if ratio > 0 else ())} {more if ratio > 0 else less}"


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points: 0.03 -> 'up 3 points', 0.001 -> 'unchanged'."""
    size = round(abs(difference) * 100)
    if size == 0:
        return "unchanged"
    return f"{'up' if difference > 0 else 'down'} {size} point{'s' if size != 1 else ''}"


def duration(ms: Number | None) -> str:
    """Return a time span in milliseconds in its largest unit: 90_000 -> '1.5 min'."""
    if ms is None or not math.isfinite(float(ms)):
        return NOT_RECORDED
    value = float(ms)
    for size, unit in ((86_400_000, "days"), (3_600_000, "h"), (60_000, "min"), (1000, "s")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} ms"


def day(when: date) -> str:
    """Return a date as '1 Oct 2026'."""
    return f"{when.day} {when:%b %Y}"


def moment(when: datetime) -> str:
    """Return a moment as '1 Oct 2026, 14:05'."""
    return f"{when.day} {when:%b %Y, %H:%M}"


def span(first: date, last: date) -> str:
    """Return two days as one range: '1–30 Oct 2026', '28 Sep – 3 Oct 2026'."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {day(last)}"
    return f"{day(first)} – {day(last)}"


def largest_first(one: str, cost_usd: Decimal | None, other: str, other_usd: Decimal) -> str:
    """Return two parts of a finding, that of more money first; the other is left out if it is of none."""
    if not other_usd:
        return one
    return f"{other}; {one}" if other_usd > (cost_usd or 0) else f"{one}; {other}"


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its unit."""
    return WITH_UNIT.sub("\N{NO-BREAK SPACE}", text)


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: 1 -> '1 model', 2 -> '2 models'."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def shortened(name: str, most: int = 60) -> str:
    """Return a name cut to `most` characters with an ellipsis, so that a long name cannot break the page."""
    return name if len(name) <= most else name[: most - 1] + "…"


def owned(owner: str, name: str) -> str:
    """Return an owner and a name as 'platform · ci-helper'; if both are the same, it is written once."""
    return owner if owner == name else f"{owner} · {name}"


def distinct(names: Sequence[str], most: int) -> list[str]:
    """Return the names cut in their middle to about `most` characters; different names stay different.

    They are numbered if need be: a chart draws equal labels as one row.
    """
    tail = most // 3
    cut = [name if len(name) <= most else f"{name[: most - tail - 1]}…{name[-tail:]}" for name in names]
    known: dict[str, list[str]] = {}
    for name, label in zip(names, cut, strict=True):
        if name not in known.setdefault(label, []):
            known[label].append(name)
    return [
        label if known[label].index(name) == 0 else f"{label} ({known[label].index(name) + 1})"
        for name, label in zip(names, cut, strict=True)
    ]


def listed(names: list[str]) -> str:
    """Return names as a sentence lists them: 'a, b and c'. Raises IndexError for no names."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
