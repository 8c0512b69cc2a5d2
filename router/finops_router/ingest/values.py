"""Read single values of strangers' files: a moment, a count, an amount; what cannot be one says why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import msgspec

NOTHING = frozenset({"", "null", "none", "nan", "\\n", "nil", "undefined"})  # how tables write that there is no value
YES, NO = frozenset({"true", "t", "1", "yes"}), frozenset({"false", "f", "0", "no"})
FIRST_US, LAST_US = 946_684_800_000_000, 4_102_444_800_000_000  # 2000-01-01 and 2100-01-01: all else is no clock's time
MOST_TOKENS = 2**31 - 1  # what the tables hold
SHORT = 10  # digits that are no more than that
LONGEST_SHOWN = 60
BELOW = ((10**11, 10**9), (10**14, 10**6), (10**17, 10**3), (10**20, 1))  # a moment below so much -> ns in its unit


class BadValueError(ValueError):
    """A value that cannot be read: `str` of it says which and why."""


def text(value: object) -> str | None:
    """Return a value as text without spaces around it; None if it says nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    found = str(value).strip()
    return None if found.lower() in NOTHING else found


def count(value: object, name: str) -> int | None:
    """Return a count of 0 or more, None if there is none. Raises BadValueError."""
    if isinstance(value, str) and len(value) < SHORT and value.isascii() and value.isdigit():
        return int(value)  # as nearly all are
    number = _number(value, name)
    if number is None:
        return None
    if number != number.to_integral_value() or not 0 <= number <= MOST_TOKENS:
        raise BadValueError(f"{name} is no count: {_shown(value)}")
    return int(number)


def amount(value: object, name: str) -> Decimal | None:
    """Return an amount of 0 or more as it is written, None if there is none. Raises BadValueError."""
    number = _number(value.strip().removeprefix("$") if isinstance(value, str) else value, name)
    if number is not None and number < 0:
        raise BadValueError(f"{name} is below zero: {_shown(value)}")
    return number


def milliseconds(value: object, name: str, times: int = 1) -> float | None:
    """Return a duration in milliseconds, of a value that is `times` as many. Raises BadValueError."""
    number = amount(value, name)
    return None if number is None else float(round(number * times, 3))


def flag(value: object, name: str) -> bool | None:
    """Return a yes or no, None if there is none. Raises BadValueError."""
    found = text(value)
    if found is None:
        return None
    if found.lower() not in YES | NO:
        raise BadValueError(f"{name} is neither true nor false: {_shown(value)}")
    return found.lower() in YES


def moment_us(value: object, name: str) -> int | None:
    """Return a moment in microseconds since 1970 UTC, None if there is none; one without a zone is UTC.

    A number is of seconds, milliseconds, microseconds or nanoseconds, whichever of them makes it a moment of this
    century. Raises BadValueError.
    """
    found = text(value)
    if found is None:
        return None
    us = _of_number(found) if _is_number(found) else _of_text(found)
    if us is None or not FIRST_US <= us < LAST_US:
        raise BadValueError(f"{name} is no moment between 2000 and 2100: {_shown(value)}")
    return us


def mapping(value: object) -> Mapping[str, object]:
    """Return an object of JSON, be it read already or still text; empty if it is none."""
    found = _decoded(value)
    return found if isinstance(found, Mapping) else {}


def items(value: object) -> list[object]:
    """Return a list of JSON, be it read already or still text; empty if it is none."""
    found = _decoded(value)
    return list(found) if isinstance(found, list | tuple) else []


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return None


def _number(value: object, name: str) -> Decimal | None:
    found = text(value)
    if found is None or (isinstance(value, float) and math.isnan(value)):
        return None
    try:
        number = Decimal(found)
    except InvalidOperation:
        raise BadValueError(f"{name} is no number: {_shown(value)}") from None
    if isinstance(value, bool) or not number.is_finite():
        raise BadValueError(f"{name} is no number: {_shown(value)}")
    return number


def _is_number(written: str) -> bool:
    return written.replace(".", "", 1).isdecimal() and written.isascii()


def _of_number(written: str) -> int | None:
    number = Decimal(written)
    return next((int(number * ns) // 1000 for size, ns in BELOW if number < size), None)


def _of_text(written: str) -> int | None:
    try:
        found = datetime.fromisoformat(written.removesuffix(" UTC"))
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    since = found - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _shown(value: object) -> str:
    written = str(value)
    return repr(written if len(written) <= LONGEST_SHOWN else written[:LONGEST_SHOWN] + "…")
