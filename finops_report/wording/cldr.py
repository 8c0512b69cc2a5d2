"""Read the conventions of a locale from Unicode's CLDR, by Babel; the only module of the report that loads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_interval, format_skeleton, format_time
from babel.numbers import NumberPattern, get_decimal_symbol, get_group_symbol

from finops_report.wording.conventions import Around, Conventions

# Marks of direction, made for lines that run from right to left: the page's sentences run from left to right.
DIRECTIONS = re.compile("[\u061c\u200e\u200f]")
FROM_RIGHT = re.compile(r"[\u0590-\u08ff]+\.?")
BLANK = re.compile(r"(?<![–～]) (?![–～]|\d{4})")  # but those at a dash, and before a year: a line may end there
LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"


@cache
def conventions(name: str) -> Conventions:
    """Return the conventions of the locale `name`, as 'pt-BR'. Raises ValueError if CLDR knows none of that name."""
    locale = _locale(name)
    money = locale.currency_formats["standard"]
    percent = locale.percent_formats[None]
    number = locale.decimal_formats[None]
    return Conventions(
        locale=name,
        decimal=get_decimal_symbol(locale),
        group=get_group_symbol(locale),
        grouping=number.grouping,
        percent_sign=_around(percent, 0),
        positive=_around(money, 0),
        negative=_around(money, 1),
        symbols={code: _neutral(symbol) for code, symbol in locale.currency_symbols.items()},
        dates=LocalDates(locale),
    )


@dataclass(frozen=True, slots=True)
class LocalDates:
    """Dates with the name of the month, in the order of a locale; times by its 12 or 24 hours.

    No line ends between a day and its month.
    """

    locale: Locale

    def day(self, when: date) -> str:
        return self._by("yMMMd", when)

    def day_of_year(self, when: date) -> str:
        return self._by("MMMd", when)

    def month(self, when: date) -> str:
        return self._by("yMMM", when)

    def month_in_full(self, when: date) -> str:
        return self._by("yMMMM", when)

    def moment(self, when: datetime) -> str:
        time = _readable(format_time(when.replace(tzinfo=None), "short", locale=self.locale))
        pattern = str(self.locale.datetime_formats["medium"])  # '{1}, {0}'
        return DIRECTIONS.sub("", pattern).format(time, self.day(when))

    def span(self, first: date, last: date) -> str:
        return _readable(format_interval(first, last, "yMMMd", locale=self.locale))

    def _by(self, skeleton: str, when: date) -> str:
        return _readable(format_skeleton(skeleton, when, locale=self.locale))


def _locale(name: str) -> Locale:
    """Return a locale; raises ValueError if it is not known."""
    try:
        return Locale.parse(name, sep="-")
    except UnknownLocaleError as err:  # an Exception, and nothing more exact
        raise ValueError(f"no locale: {name}") from err


def _around(pattern: NumberPattern, sign: int) -> Around:
    """Return what a pattern has around a positive (0) or a negative (1) number."""
    return Around(_neutral(pattern.prefix[sign]), _neutral(pattern.suffix[sign]))


def _neutral(text: str) -> str:
    return DIRECTIONS.sub("", text)


def _readable(text: str) -> str:
    """Return a date whose day and month stay on one line, and that a line from left to right does not reorder."""
    unbroken = BLANK.sub("\N{NO-BREAK SPACE}", _neutral(text))
    return FROM_RIGHT.sub(lambda found: found[0] + LEFT_TO_RIGHT, unbroken)
