"""Read how long a provider asks to wait: from Retry-After and its kin, or from its words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MOST_WAIT_S = 86_400.0
NUMBER = re.compile(r"\d+(\.\d+)?")
AGAIN = re.compile(  # OpenAI, Groq: 'Please try again in 1m2.5s'
    r"(?:try|retry)(?:ing)? (?:again )?(?:in|after) (?=\d)"
    r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)\s*(ms|s\b|sec))?",
    re.I,
)
DELAY = re.compile(r"(\d+(?:\.\d+)?)s")  # Google's RetryInfo


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the wait of Retry-After (seconds or an HTTP date, RFC 9110 10.2.3) or retry-after-ms; None without one."""
    try:
        if "retry-after-ms" in headers:
            return _bounded(float(headers["retry-after-ms"]) / 1000)
        if "retry-after" not in headers:
            return None
        value = headers["retry-after"].strip()
        if NUMBER.fullmatch(value):
            return _bounded(float(value))
        at = parsedate_to_datetime(value)
        return _bounded(((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def wait_in_words(text: str) -> float | None:
    """Return the seconds to wait that `text` names; None if it names none."""
    found = AGAIN.search(text)
    if found is None or not any(found.groups()):
        return None
    hours, minutes, count, unit = found.groups()
    seconds = float(count or 0) / (1000 if unit and unit.lower() == "ms" else 1)
    return _bounded(int(hours or 0) * 3600 + int(minutes or 0) * 60 + seconds)


def delay_s(text: object) -> float | None:
    """Return the seconds of a duration as Google writes it ('17s'); None for anything else."""
    found = DELAY.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else _bounded(float(found[1]))


def _bounded(seconds: float) -> float | None:
    """Return a wait from 0 to a day; None if it is no number or for ever."""
    return min(max(seconds, 0.0), MOST_WAIT_S) if math.isfinite(seconds) else None
