"""Read the time once, at the edge: the build's moment and the waits of a busy database."""

from __future__ import annotations

import os
import time

from finops_report.errors import ConfigError


def build_moment_us() -> int:
    """Microseconds since 1970-01-01 UTC: SOURCE_DATE_EPOCH when set (reproducible-builds.org), else now.

    Raises ConfigError when SOURCE_DATE_EPOCH is not a whole number of seconds.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return time.time_ns() // 1000
    if not given.isdecimal():
        raise ConfigError(
            f"SOURCE_DATE_EPOCH is not a number of seconds: {given}",
            "unset it, or set it to date +%s",
        )
    return int(given) * 1_000_000
