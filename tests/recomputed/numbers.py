"""Find the numbers in a sentence, each with its unit and the values that could have been written so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
LONG_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SPAN = re.compile(rf"\b(\d{{1,2}})(?: ({MONTHS}))? ?– ?(?=\d{{1,2}} ({MONTHS}) (\d{{4}}))")
MOMENT = re.compile(rf"\b\d{{1,2}} (?:{MONTHS}) \d{{4}}, \d\d:\d\d")
DAY = re.compile(rf"\b\d{{1,2}} (?:{MONTHS}) \d{{4}}")
MONTH = re.compile(rf"\b(?:{LONG_MONTHS}) \d{{4}}")
DIGITS = r"(?P<digits>\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?)"
LIMIT = r"(?P<limit>under |over )?(?P<sign>[+−])?"
MS = {"ms": 1.0, "s": 1e3, "min": 6e4, "h": 3.6e6, "days": 8.64e7}
TOKENS = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written: its unit, and the values from `low` to `high` that are written so.

    Money is in the page's currency, percent in percent, times in milliseconds. Dates are ISO texts in `day`. A number
    without a sign may stand for a negative value, which words say ('less').
    """

    text: str
    unit: str
    low: float = 0.0
    high: float = 0.0
    has_sign: bool = False
    day: str = ""

    def fits(self, value: float) -> bool:
        """Return whether this value may be written so."""
        size = value if self.has_sign else abs(value)
        slack = 1e-9 * max(abs(self.low), abs(self.high))
        return self.low - slack <= size <= self.high + slack


def written(sentence: str, names: Iterable[str], symbol: str) -> list[Written]:
    """Return all numbers of a sentence but those within `names`; `symbol` stands before money."""
    for name in sorted(filter(re.compile(r"\d").search, names), key=len, reverse=True):
        if name in sentence:  # there are hundreds, and an expression takes a tenth of a millisecond to compile
            sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "◦", sentence)
    found: list[Written] = []
    for take in (_spans, _moments, _days, _months):
        sentence = take(sentence, found)
    return [*found, *_amounts(sentence, symbol)]


def _spans(sentence: str, found: list[Written]) -> str:
    """Take the first day of '28 Sep – 3 Oct 2026', whose month and year may stand with the last one."""
    for match in SPAN.finditer(sentence):
        day = f"{match[1]} {match[2] or match[3]} {match[4]}"
        found.append(Written(match[0], "day", day=_iso(day, "%d %b %Y")))
    return SPAN.sub("", sentence)


def _moments(sentence: str, found: list[Written]) -> str:
    found += [Written(text, "moment", day=_iso(text, "%d %b %Y, %H:%M")) for text in MOMENT.findall(sentence)]
    return MOMENT.sub("", sentence)


def _days(sentence: str, found: list[Written]) -> str:
    found += [Written(text, "day", day=_iso(text, "%d %b %Y")) for text in DAY.findall(sentence)]
    return DAY.sub("", sentence)


def _months(sentence: str, found: list[Written]) -> str:
    found += [Written(text, "month", day=_iso(text, "%B %Y")) for text in MONTH.findall(sentence)]
    return MONTH.sub("", sentence)


def _iso(text: str, form: str) -> str:
    read = datetime.strptime(text, form).replace(tzinfo=UTC)
    return f"{read:%Y-%m-%dT%H:%M}" if "%H" in form else f"{read:%Y-%m-%d}"


def _amounts(sentence: str, symbol: str) -> Iterator[Written]:
    money = re.escape(symbol)
    pattern = re.compile(
        rf"{LIMIT}(?P<money>{money})?{DIGITS}(?:\s(?P<unit>%|points?\b|times\b|ms\b|s\b|min\b|h\b|days\b|[kMBT]\b))?"
    )
    for match in pattern.finditer(sentence):
        yield _amount(match)


def _amount(match: re.Match[str]) -> Written:
    digits, unit = match["digits"].replace(",", ""), match["unit"] or ""
    decimals = len(digits.partition("e")[0].partition(".")[2])
    value, half = float(digits), 0.5 * 10.0**-decimals * (10.0 ** int(digits.partition("e")[2] or 0))
    low, high = value - half, value + half
    if unit == "%":
        high = value + 2 * half  # a percentage that is compared with a bound is rounded down
    if match["limit"] and (match["money"] or unit == "%"):
        low, high = (0.0, value) if match["limit"] == "under " else (value, value + 2 * half)
    if match["sign"] == "−":
        low, high = -high, -low
    name, size = _unit(match["money"], unit)
    return Written(match[0].strip(), name, low * size, high * size, match["sign"] is not None)


def _unit(money: str | None, unit: str) -> tuple[str, float]:
    if money:
        return "money", 1.0
    if unit == "days":
        return "days", 1.0
    if unit in MS:
        return "time", MS[unit]
    if unit in TOKENS:
        return "tokens", TOKENS[unit]
    return {"%": "percent", "": "count", "point": "points"}.get(unit, unit), 1.0
