"""Read the time once, at the edge: the build's moment and the waits of a busy database."""

from __future__ import annotations

import os
import time

from finops_report.errors import ConfigError

MOST_DIGITS = 12
MOST_S = 4_102_444_800  # 2100-01-01


def build_moment_us() -> int:
    """Microseconds since 1970-01-01 UTC: SOURCE_DATE_EPOCH when set (reproducible-builds.org), else now.

    Raises ConfigError when SOURCE_DATE_EPOCH is no whole number of seconds from 1970 to 2099.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return time.time_ns() // 1000
    if not (given.isascii() and given.isdecimal()) or len(given) > MOST_DIGITS or int(given) > MOST_S:
        raise ConfigError(
            f"SOURCE_DATE_EPOCH is not a number of seconds up to the year 2099: {given[:40]}",
            "unset it, or set it to date +%s: seconds, not milliseconds",
        )
    return int(given) * 1_000_000
