"""Name the kinds of columns a table can have.

A kind takes a title and the value of a row, and sees to it that the type checker knows both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

from finops_report.sections.tables import Field
from finops_report.wording import formats
from finops_report.wording.currency import US_DOLLARS, Currency
from finops_report.wording.formats import Number

RowType = TypeVar("RowType")
Value = TypeVar("Value")


def each(write: Callable[[Value], str]) -> Callable[[Sequence[Value]], list[str]]:
    """Return what writes a whole column value by value."""
    return lambda values: [write(value) for value in values]


def text(title: str, value: Callable[[RowType], str | None]) -> Field[RowType]:
    """Return a column of names, each as recorded, but cut if it would break the page."""
    return Field(title, value, each(_name), numeric=False)


def _name(value: str | None) -> str:
    return formats.NOT_RECORDED if value is None else formats.shortened(value)


def day(title: str, value: Callable[[RowType], date]) -> Field[RowType]:
    """Return a column of days."""
    return Field(title, value, each(formats.day), numeric=False)


def moment(title: str, value: Callable[[RowType], datetime]) -> Field[RowType]:
    """Return a column of moments, to the minute."""
    return Field(title, value, each(formats.moment), numeric=False)


def count(title: str, value: Callable[[RowType], int], *, summed: bool = False) -> Field[RowType]:
    """Return a column of whole numbers."""
    return Field(title, value, each(formats.count), numeric=True, summed=summed)


def tokens(title: str, value: Callable[[RowType], int | None]) -> Field[RowType]:
    """Return a column of tokens."""
    return Field(title, value, each(formats.tokens), numeric=True, summed=True)


def percent(title: str, value: Callable[[RowType], float | None], *, summed: bool = False) -> Field[RowType]:
    """Return a column of shares."""
    return Field(title, value, each(formats.percent), numeric=True, summed=summed)


def duration(title: str, value_ms: Callable[[RowType], float | None]) -> Field[RowType]:
    """Return a column of time spans, which are given in milliseconds."""
    return Field(title, value_ms, each(formats.duration), numeric=True)


def minutes(title: str, value_minutes: Callable[[RowType], float], *, summed: bool = False) -> Field[RowType]:
    """Return a column of time spans, which are given in minutes."""
    return Field(title, value_minutes, each(in_minutes), numeric=True, summed=summed)


def in_minutes(value: float | Decimal) -> str:
    """Write a time span that is given in minutes."""
    return formats.duration(float(value) * 60_000)


def money(
    currency: Currency, title: str, value_usd: Callable[[RowType], Number | None], *, summed: bool = False
) -> Field[RowType]:
    """Return a column of money; a value that is not there has no known price."""
    return money_column(currency, title, value_usd, Currency.column, summed)


def money_or_nothing(
    currency: Currency, title: str, value_usd: Callable[[RowType], Number | None], *, summed: bool = False
) -> Field[RowType]:
    """Return a column of money that is left empty if nothing is known."""
    return money_column(currency, title, value_usd, partial(Currency.column, unknown=""), summed)


def money_change(currency: Currency, title: str, value_usd: Callable[[RowType], Number]) -> Field[RowType]:
    """Return a column of changes, each with its sign."""
    return money_column(currency, title, value_usd, Currency.changes)


def money_column(
    currency: Currency,
    title: str,
    value: Callable[[RowType], Value],
    written: Callable[[Currency, Sequence[Value]], list[str]],
    summed: bool = False,
) -> Field[RowType]:
    """Return a column of money, with US dollars beside it if the page is in another currency."""
    beside = money_column(US_DOLLARS, title, value, written, summed) if currency.code != US_DOLLARS.code else None
    return Field(f"{title} ({currency.code})", value, partial(written, currency), True, summed, beside)
