"""Hold how a locale writes numbers, money and dates; sentences are English in all of them.

`current` returns the conventions in force. `written_as` sets them for what is done within it: it stands around the
making of a whole page, or the reading of a whole report.json, as `decimal.localcontext` stands around calculations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

# The symbols of an English text (Unicode CLDR, en); every other currency is written as its code.
SYMBOLS: Mapping[str, str] = MappingProxyType({
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "CAD": "CA$",
    "AUD": "A$", "NZD": "NZ$", "HKD": "HK$", "MXN": "MX$", "TWD": "NT$", "ILS": "₪", "VND": "₫", "PHP": "₱",
})  # fmt: skip
MINUS = "−"
HERE = "¤"  # the place of the symbol in a pattern, as CLDR has it


class Dates(Protocol):
    """Writes dates and moments."""

    def day(self, when: date) -> str:
        """Return a day: '1 Oct 2026'."""

    def day_of_year(self, when: date) -> str:
        """Return a day without its year: '1 Oct'."""

    def month(self, when: date) -> str:
        """Return a month: 'Oct 2026'."""

    def month_in_full(self, when: date) -> str:
        """Return a month with its whole name: 'October 2026'."""

    def moment(self, when: datetime) -> str:
        """Return a day and its time: '1 Oct 2026, 14:05'."""

    def span(self, first: date, last: date) -> str:
        """Return two different days as one range: '1–30 Oct 2026'."""


@dataclass(frozen=True, slots=True)
class EnglishDates:
    """The dates of the default page: the day before the month, so that they read alike in Europe and America."""

    def day(self, when: date) -> str:
        return f"{when.day} {when:%b %Y}"

    def day_of_year(self, when: date) -> str:
        return f"{when.day} {when:%b}"

    def month(self, when: date) -> str:
        return f"{when:%b} {when.year}"

    def month_in_full(self, when: date) -> str:
        return f"{when:%B %Y}"

    def moment(self, when: datetime) -> str:
        return f"{when.day} {when:%b %Y, %H:%M}"

    def span(self, first: date, last: date) -> str:
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.day(last)}"
        if first.year == last.year:
            return f"{self.day_of_year(first)} – {self.day(last)}"
        return f"{self.day(first)} – {self.day(last)}"


class Around(NamedTuple):
    """What stands before and after the digits; HERE is a currency's symbol, '-' the sign."""

    before: str
    after: str


APART, IN_FRONT, IN_FRONT_NEGATIVE = Around("", " %"), Around(HERE, ""), Around(f"-{HERE}", "")


@dataclass(frozen=True, slots=True)
class Conventions:
    """The conventions of one locale; its digits are 0 to 9, as those of the English sentences around them.

    `grouping` is how many digits the last group has, and how many each before it. `positive` and `negative` are the
    patterns of an amount of money. The defaults are those of the page if nobody asks for another locale.
    """

    locale: str = "en"
    decimal: str = "."
    group: str = ","
    grouping: tuple[int, int] = (3, 3)
    percent_sign: Around = APART
    positive: Around = IN_FRONT
    negative: Around = IN_FRONT_NEGATIVE
    symbols: Mapping[str, str] = field(default_factory=lambda: SYMBOLS, hash=False)
    dates: Dates = EnglishDates()

    def number(self, written: str) -> str:
        """Return a number that Python has written, as '1,234.5', as this locale writes it."""
        whole, point, fraction = written.partition(".")
        return f"{self._grouped(whole)}{self.decimal if point else ''}{fraction}"

    def percent(self, written: str) -> str:
        """Return a number that Python has written with the sign of percent: '12.5' -> '12.5 %'."""
        return f"{self.percent_sign.before}{self.number(written)}{self.percent_sign.after}"

    def money(self, code: str, written: str, sign: str = "") -> str:
        """Return an amount without a sign, as Python has written it, with its currency and `sign`: '', '+' or '−'."""
        before, after = self.around(code, sign)
        return f"{before}{self.number(written)}{after}"

    def around(self, code: str, sign: str = "") -> Around:
        """Return what stands before and after an amount of the currency `code`."""
        before, after = self.negative if sign else self.positive
        symbol = self.symbols.get(code, code)
        first = f"{symbol}\N{NO-BREAK SPACE}" if before.endswith(HERE) and symbol[-1].isalpha() else symbol
        return Around(before.replace("-", sign).replace(HERE, first), after.replace("-", sign).replace(HERE, symbol))

    def _grouped(self, whole: str) -> str:
        """Return the digits before the point; they are grouped if Python has grouped them."""
        if "," not in whole:
            return whole
        sign, digits = (whole[0], whole[1:]) if whole[0] in f"-{MINUS}" else ("", whole)
        digits, (last, other) = digits.replace(",", ""), self.grouping
        head, groups = digits[:-last], [digits[-last:]]
        while head:
            head, group = head[:-other], head[-other:]
            groups.insert(0, group)
        return sign + self.group.join(groups)


ENGLISH = Conventions()
_IN_FORCE: ContextVar[Conventions] = ContextVar("conventions", default=ENGLISH)


def current() -> Conventions:
    """Return the conventions in force."""
    return _IN_FORCE.get()


@contextmanager
def written_as(conventions: Conventions) -> Iterator[None]:
    """Write all numbers, money and dates by `conventions` within this."""
    token = _IN_FORCE.set(conventions)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)
