"""Read single values of bills: a UTC day, an amount that may be below zero (a refund, a credit)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from finops_router.ingest.values import BadValueError, moment_us, text


def day_of(us: int) -> date:
    """Return the UTC day of a moment in microseconds since 1970."""
    return datetime.fromtimestamp(us // 1_000_000, UTC).date()


def day(value: object, name: str) -> date:
    """Return the UTC day of a moment as bills write it, also '10/31/2026'. Raises BadValueError."""
    said = text(value)
    if said is not None and said.count("/") == 2:
        month, of_month, year = said.split("/")
        if month.isdecimal() and of_month.isdecimal() and year.isdecimal():
            said = f"{year}-{month.zfill(2)}-{of_month.zfill(2)}"
    us = moment_us(said, name)
    if us is None:
        raise BadValueError(f"{name} is missing")
    return day_of(us)


def optional_amount(value: object, name: str) -> Decimal | None:
    """Return an amount as it is written, None if there is none; it may be below zero. Raises BadValueError."""
    said = text(value)
    if said is None:
        return None
    try:
        number = Decimal(said)
    except InvalidOperation:
        raise BadValueError(f"{name} is no number: {said[:60]!r}") from None
    if not number.is_finite():
        raise BadValueError(f"{name} is no number: {said[:60]!r}")
    return number


def signed_amount(value: object, name: str) -> Decimal:
    """Return an amount that must be there. Raises BadValueError."""
    number = optional_amount(value, name)
    if number is None:
        raise BadValueError(f"{name} is missing")
    return number
