"""Format numbers, durations and dates as finance readers expect them; None is 'not recorded'.

They are written by the conventions in force (conventions.py); the examples here are of the default ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from finops_report.wording.bounds import decimals, settled
from finops_report.wording.conventions import MINUS, current

NOT_RECORDED = "not recorded"
# After a number: its unit, or a month after its day. No line may end between them.
UNITS = r"%|ms|s|min|h|k|M|B|T|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
WITH_UNIT = re.compile(rf"(?<=\d) (?=(?:{UNITS})(?!\w))")
WITH_PERCENT = re.compile(r"(\d+) %")
Number = int | float | Decimal
# The units of time in milliseconds, each with the least that is written in it: 999.5 ms would be '1000 ms'.
DURATIONS = ((86_400_000, 86_400_000, "days"), (3_600_000, 3_600_000, "h"), (60_000, 60_000, "min"), (999.5, 1000, "s"))


def count(number: Number | None) -> str:
    """Return a whole number with thousands separators."""
    return NOT_RECORDED if number is None else current().number(f"{int(number):,}")


def tokens(number: Number | None) -> str:
    """Return a number of tokens in thousands, millions or billions, with three digits: '26.9 M'."""
    if number is None:
        return NOT_RECORDED
    value = float(number)
    if value < 1e4:
        return count(value)
    for size, name in ((1e3, "k"), (1e6, "M"), (1e9, "B")):
        if value / size < 999.5:
            return f"{_three_digits(value / size)} {name}"
    return f"{current().number(f'{value / 1e12:,.4g}')} T"


def percent(ratio: Number | None, bounds: Sequence[float] = ()) -> str:
    """Return a ratio as percent; more than nothing never prints as 0 %, less than all never as 100 %.

    `bounds` are those it is held against: it has as many digits as show on which side of each it lies.
    """
    if ratio is None:
        return NOT_RECORDED
    size, held = abs(float(ratio)), [settled(bound) * 100 for bound in (*bounds, 0, 1)] if bounds else []
    if 0 < size < 0.001 and not any(0 < abs(bound) < 0.001 for bound in bounds):
        return f"under {_percent('0.1')}"
    if 0.999 < size < 1 and not any(0.999 < abs(bound) < 1 for bound in bounds):
        return f"over {_percent('99.9')}"
    value, size = settled(ratio) * 100, size * 100
    digits = decimals(value, held, 0 if size >= 10 and not 99 < size < 100 else 1)
    return _percent(_trimmed(f"{value:,.{digits}f}"))


def times(ratio: float, bounds: Sequence[float] = ()) -> str:
    """Return a multiple: 1.543 -> '1.5'; `bounds` as in `percent`: '1.54' beside a bound of 1.5."""
    value = settled(ratio)
    digits = decimals(value, [settled(bound) for bound in bounds], max(0, 1 - value.adjusted()))
    return current().number(_trimmed(f"{value:,.{digits}f}"))


def hundredths(value: float) -> str:
    """Return a number with two decimals: 0.126 -> '0.13'."""
    return current().number(f"{value:,.2f}")


def _percent(written: str) -> str:
    """Return a number of percent that Python has written."""
    return f"{MINUS if written.startswith('-') else ''}{current().percent(written.removeprefix('-'))}"


def _three_digits(value: float) -> str:
    """Return a number with three digits, of which 1,000 and more has all before the point."""
    return current().number(f"{value:.3g}" if value < 999.5 else f"{value:,.0f}")


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def exact(number: Number) -> str:
    """Return a number with all its digits, as bounds are written: 1.55 -> '1.55'."""
    return current().number(f"{Decimal(str(number)).normalize():f}".replace("-", MINUS))


def exact_percent(ratio: Number) -> str:
    """Return a ratio as percent with all its digits: 0.1254 -> '12.54 %'."""
    return _percent(f"{(Decimal(str(ratio)) * 100).normalize():f}")


def localized(text: str) -> str:
    """Return a text that says a percentage, '95 % within', with it as the locale in force writes it."""
    return WITH_PERCENT.sub(lambda found: _percent(found[1]), text)


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
    for least, size, unit in DURATIONS:
        if value >= least:
            return f"{_three_digits(value / size)} {unit}"
    return f"{_three_digits(value)} ms"


def day(when: date) -> str:
    """Return a date as '1 Oct 2026'."""
    return current().dates.day(when)


def moment(when: datetime) -> str:
    """Return a moment as '1 Oct 2026, 14:05'."""
    return current().dates.moment(when)


def day_of_year(when: date) -> str:
    """Return a date without its year as '1 Oct'."""
    return current().dates.day_of_year(when)


def month(when: date) -> str:
    """Return the month of a date as 'Oct 2026'."""
    return current().dates.month(when)


def month_of_year(when: date) -> str:
    """Return the month of a date without its year: 'Oct'."""
    return current().dates.month_of_year(when)


def month_in_full(when: date) -> str:
    """Return the month of a date as 'October 2026'."""
    return current().dates.month_in_full(when)


def bucket(first: date, unit: str) -> str:
    """Return the day, the week or the month (`unit`) that begins on `first`: '1 Oct 2026', 'Oct 2026'."""
    if unit == "month":
        return month(first)
    return f"week of {day(first)}" if unit == "week" else day(first)


def span(first: date, last: date) -> str:
    """Return two days as one range: '1–30 Oct 2026', '28 Sep – 3 Oct 2026'."""
    return day(first) if first == last else current().dates.span(first, last)


def part_of_month(first: date, last: date, days: int) -> str:
    """Return what is recorded of a month of so many `days`: '5–31 Oct 2026', '1–26 Nov 2026, so far'."""
    return f"{span(first, last)}{', so far' if last.day < days else ''}"


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
