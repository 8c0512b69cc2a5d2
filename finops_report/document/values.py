"""Check the values of a report.json: a text on one line, a number that is finite."""

from __future__ import annotations

import math

from finops_report.wording.plain import one_line


def text(value: object) -> str:
    """Return a text on one line: a name in it must not make lines of its own in a mail, nor break a feed.

    Raises TypeError for what is no text.
    """
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return one_line(value)


def number(value: object) -> float:
    """Return a number. Raises TypeError for what is none, and for one that is not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r:.40} is no number")
    return float(value)


def number_or_none(value: object) -> float | None:
    """Return a number, or None if there is none. Raises TypeError as `number` does."""
    return None if value is None else number(value)
