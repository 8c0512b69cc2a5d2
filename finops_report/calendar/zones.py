"""Turn local days into moments by one time zone database, the packaged one: the same days on any machine."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from finops_router import calendar
from finops_router.calendar import midnight_us

from finops_report.errors import ConfigError

__all__ = ["midnight_us", "offset_us", "whole", "zone"]


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone with the IANA name `name`; raises ConfigError if the packaged database has none."""
    try:
        return calendar.zone(name)
    except LookupError as err:
        raise ConfigError(f"Unknown time zone: {name}", "use an IANA name such as Europe/Berlin") from err


def whole(us: int, slot_us: int) -> int:
    """Round a moment down to a whole slot; midnights are whole ones but for clocks before 1972, off UTC by seconds."""
    return us - us % slot_us


def offset_us(us: int, clock: ZoneInfo) -> int:
    """Return how far local time is ahead of UTC at the moment `us`, in microseconds."""
    seconds = us // 1_000_000
    local = datetime.fromtimestamp(seconds, clock).replace(tzinfo=UTC)
    return (int(local.timestamp()) - seconds) * 1_000_000
